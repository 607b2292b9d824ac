// Calls that must fail: each line says what came of one. Exit code 0 when none succeeded.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures;

static void expect(const char *name, long result, int a, int b) {
  int error = result < 0 ? errno : 0;
  int ok = result < 0 && (error == a || error == b);
  if (!ok) failures++;
  printf("%s %s: %s\n", ok ? "denied" : "ALLOWED", name, result < 0 ? strerror(error) : "succeeded");
  fflush(stdout);
}

#define DENIED(name, ...) expect(#name, syscall(SYS_##name, ##__VA_ARGS__), EPERM, ENOSYS)

struct clone3_args {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

static void new_namespaces(void) {
  static const struct { const char *name; uint64_t flag; } kinds[] = {
      {"user", CLONE_NEWUSER}, {"mount", CLONE_NEWNS}, {"pid", CLONE_NEWPID}, {"net", CLONE_NEWNET},
      {"ipc", CLONE_NEWIPC}, {"uts", CLONE_NEWUTS}, {"cgroup", CLONE_NEWCGROUP}, {"time", 0x80}};
  char label[64];
  for (int i = 0; i < 8; i++) {
    struct clone3_args args = {.flags = kinds[i].flag, .exit_signal = SIGCHLD};
    long pid = syscall(SYS_clone3, &args, sizeof args);
    if (pid == 0) _exit(0);
    int error = errno;
    if (pid > 0) waitpid(pid, 0, 0);
    errno = error;
    snprintf(label, sizeof label, "clone3 with a new %s namespace", kinds[i].name);
    expect(label, pid, EPERM, ENOSYS);
    snprintf(label, sizeof label, "unshare of a new %s namespace", kinds[i].name);
    expect(label, syscall(SYS_unshare, kinds[i].flag), EPERM, ENOSYS);
    if (kinds[i].flag == 0x80) continue;
    pid = syscall(SYS_clone, kinds[i].flag | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) _exit(0);
    error = errno;
    if (pid > 0) waitpid(pid, 0, 0);
    errno = error;
    snprintf(label, sizeof label, "clone with a new %s namespace", kinds[i].name);
    expect(label, pid, EPERM, ENOSYS);
  }
}

static void denied_calls(void) {
  char memory[256] = {0};
  DENIED(mount, "none", "/tmp", "tmpfs", 0, 0);
  DENIED(umount2, "/tmp", 2);
  DENIED(pivot_root, "/tmp", "/tmp");
  DENIED(chroot, "/tmp");
  DENIED(fsopen, "tmpfs", 0);
  DENIED(open_tree, -100, "/", 1);
  DENIED(move_mount, -1, "", -1, "", 0);
  DENIED(setns, 0, 0);
  DENIED(ptrace, 0, 0, 0, 0);
  DENIED(process_vm_readv, getppid(), 0, 0, 0, 0, 0);
  DENIED(process_vm_writev, getppid(), 0, 0, 0, 0, 0);
  DENIED(pidfd_getfd, 0, 0, 0);
  DENIED(kcmp, 1, 1, 0, 0, 0);
  DENIED(bpf, 0, memory, sizeof memory);
  DENIED(perf_event_open, memory, 0, -1, -1, 0);
  DENIED(userfaultfd, 1);
  DENIED(io_uring_setup, 8, memory);
  DENIED(memfd_secret, 0);
  DENIED(keyctl, 0, -3, 0, 0, 0);
  DENIED(add_key, "user", "planted", "x", 1, -4);
  DENIED(request_key, "user", "planted", 0, -4);
  DENIED(name_to_handle_at, -100, "/", memory, memory + 128, 0);
  DENIED(open_by_handle_at, -100, memory, 0);
  DENIED(fanotify_init, 0, 0);
  DENIED(shmget, 77, 4096, 01666);
  DENIED(msgget, 77, 01666);
  DENIED(semget, 77, 1, 01666);
  DENIED(mq_open, "planted", O_CREAT | O_RDWR, 0666, 0);
  DENIED(reboot, 0xfee1dead, 672274793, 0x1234567, 0);
  DENIED(kexec_load, 0, 0, 0, 0);
  DENIED(init_module, memory, 1, "");
  DENIED(finit_module, 0, "", 0);
  DENIED(syslog, 3, memory, sizeof memory);
  DENIED(acct, "/tmp/acct");
  DENIED(swapon, "/tmp/swap", 0);
  DENIED(quotactl, 0, 0, 0, 0);
  DENIED(iopl, 3);
  DENIED(ioperm, 0x60, 1, 1);
  DENIED(modify_ldt, 0, memory, sizeof memory);
  DENIED(settimeofday, memory, 0);
  DENIED(clock_settime, 0, memory);
  DENIED(sethostname, "x", 1);
  DENIED(personality, 8);
  DENIED(move_pages, 0, 0, 0, 0, 0, 0);
  DENIED(mbind, 0, 0, 0, 0, 0, 0);
  DENIED(sched_setscheduler, 0, 1, "\1\0\0");
  DENIED(sched_setattr, 0, memory, 0);
  DENIED(seccomp, 0, 0, 0);
  // User 0 may not even exist here.
  expect("setuid", setuid(0), EPERM, EINVAL);
  // The first process of the sandbox may have our user.
  DENIED(prlimit64, 1, 7, memory, 0);
  DENIED(setpriority, 0, 1, 19);
  DENIED(setpriority, 2, 0, 19);
  DENIED(sched_setscheduler, 1, 3, "\0\0\0");
  int shared = open("/proc/self/exe", O_RDONLY);
  DENIED(flock, shared, LOCK_EX);
  struct flock lock = {.l_type = F_RDLCK};
  expect("fcntl F_SETLK", fcntl(shared, F_SETLK, &lock), EPERM, EPERM);
  expect("fcntl F_SETLEASE", fcntl(shared, F_SETLEASE, F_RDLCK), EPERM, EPERM);
  expect("ioctl TIOCSTI", ioctl(0, 0x5412, "x"), EPERM, EPERM);
  expect("prctl PR_SET_MM", prctl(PR_SET_MM, 1, 0, 0, 0), EPERM, EPERM);
}

// The 32-bit entry: getpid is number 20 there. Survives only where nothing stops it.
static long by_int80(void) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
  return result;
}

int main(int count, char **args) {
  const char *deed = count > 1 ? args[1] : "";
  if (!strcmp(deed, "namespaces")) return new_namespaces(), failures != 0;
  if (!strcmp(deed, "calls")) return denied_calls(), failures != 0;
  if (!strcmp(deed, "int80")) return printf("pid %ld\n", by_int80()) < 0;
  if (!strcmp(deed, "x32")) return printf("pid %ld\n", syscall(0x40000000 | SYS_getpid)) < 0;
  return 9;
}

// What programs do, well-meaning and hostile: deeds NAME [ARGUMENT]. Exit code 0 means the deed went as its name says.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char untouched[1UL << 30];
static char block[1 << 16];

static double cpu_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void burn(double seconds) {
  volatile unsigned long x = 0;
  while (cpu_seconds() < seconds)
    for (int i = 0; i < 10000; i++) x += i;
}

static void spin(void) {
  for (volatile unsigned long x = 0;; x++) {}
}

static int touch(size_t megabytes) {
  char *memory = mmap(0, megabytes << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 2;
  for (size_t i = 0; i < megabytes << 20; i += 4096) memory[i] = 1;
  return 0;
}

static int put(int fd, size_t bytes) {
  memset(block, 'x', sizeof block);
  while (bytes) {
    ssize_t n = write(fd, block, bytes < sizeof block ? bytes : sizeof block);
    if (n <= 0) return errno;
    bytes -= n;
  }
  return 0;
}

static int echo(void) {
  ssize_t n;
  while ((n = read(0, block, sizeof block)) > 0)
    if (write(1, block, n) != n) return 1;
  return n != 0;
}

// A grandchild in a session of its own that outlives everybody, holding the standard streams open.
static int daemonise(void) {
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      signal(SIGTERM, SIG_IGN);
      signal(SIGHUP, SIG_IGN);
      if (fork() == 0) sleep(1000);
      spin();
    }
    _exit(0);
  }
  wait(0);
  puts("parent done");
  return 0;
}

static int orphans_burn(double seconds) {
  int ends[2];
  if (pipe(ends)) return 2;
  if (fork() == 0) {
    if (fork() == 0) {
      burn(seconds);
      _exit(0);
    }
    _exit(0);
  }
  close(ends[1]);
  char c;
  return read(ends[0], &c, 1) != 0;
}

static int many_files(int count) {
  char name[64];
  for (int i = 0; i < count; i++) {
    snprintf(name, sizeof name, "many-%d", i);
    int fd = open(name, O_CREAT | O_WRONLY, 0600);
    if (fd < 0) return printf("stopped at %d: %s\n", i, strerror(errno)) < 0;
    close(fd);
  }
  return puts("all made") < 0;
}

static int deep(int depth) {
  for (int i = 0; i < depth; i++)
    if (mkdir("d", 0700) || chdir("d")) return 2;
  return 0;
}

static int descriptors(void) {
  int wrong = 0;
  for (int fd = 0; fd < 4096; fd++) {
    int open = fcntl(fd, F_GETFD) >= 0;
    if (open != (fd < 3)) wrong += printf("descriptor %d\n", fd);
  }
  return wrong != 0;
}

static int identity(void) {
  uid_t r, e, s;
  gid_t gr, ge, gs;
  getresuid(&r, &e, &s);
  getresgid(&gr, &ge, &gs);
  printf("ids %d %d %d %d %d %d groups %d\n", r, e, s, gr, ge, gs, getgroups(0, 0));
  FILE *status = fopen("/proc/self/status", "r");
  char line[256];
  while (status && fgets(line, sizeof line, status))
    if (!strncmp(line, "Cap", 3) || !strncmp(line, "Seccomp:", 8)) fputs(line, stdout);
  // Not every kernel says these there.
  printf("NoNewPrivs:\t%d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  for (int i = 0; i < 41; i++)
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) > 0) printf("ambient %d\n", i);
  return setuid(0) == 0 || setgid(0) == 0;
}

static int processes(void) {
  DIR *proc = opendir("/proc");
  struct dirent *entry;
  int others = 0;
  if (!proc) return 2;
  while ((entry = readdir(proc)))
    if (atoi(entry->d_name) > 0 && atoi(entry->d_name) != getpid()) others += printf("sees %s\n", entry->d_name);
  const char *secrets[] = {"/proc/1/environ", "/proc/1/root/etc", "/proc/1/maps", "/proc/1/mem", "/proc/1/fd"};
  for (int i = 0; i < 5; i++)
    if (open(secrets[i], O_RDONLY) >= 0) others += printf("opens %s\n", secrets[i]);
  return others != 0;
}

static int can_open(int count, char **paths) {
  int open_ones = 0;
  for (int i = 0; i < count; i++)
    if (open(paths[i], O_RDONLY) >= 0 || open(paths[i], O_RDONLY | O_DIRECTORY) >= 0) open_ones += printf("opens %s\n", paths[i]);
  return open_ones != 0;
}

static int write_outside(void) {
  const char *places[] = {"/x", "/box/x", "/dev/x", "/etc/x", "/usr/x", "/proc/x", "/../x", "/box/placed", "/dev/null/x"};
  int made = 0;
  for (int i = 0; i < 9; i++) {
    if (open(places[i], O_CREAT | O_WRONLY, 0600) >= 0) made += printf("wrote %s\n", places[i]);
    if (unlink(places[i]) == 0) made += printf("removed %s\n", places[i]);
    if (chmod(places[i], 0777) == 0) made += printf("changed %s\n", places[i]);
  }
  if (open("/proc/self/fd/0", O_RDWR) >= 0) made += printf("input is writable\n");
  if (fchmod(0, 0777) == 0) made += printf("input can be given other permissions\n");
  int self = open("/proc/self/exe", O_RDONLY);
  if (fchmod(self, 0) == 0) made += printf("the program can be given other permissions\n");
  if (open("/proc/self/exe", O_RDWR) >= 0) made += printf("the program is writable\n");
  if (chmod(".", 0777) == 0 && strcmp(getcwd(block, sizeof block), "/tmp")) made += printf("changed where we are\n");
  if (mknod("/tmp/disk", S_IFBLK | 0600, 0x800) == 0 || mknod("/tmp/null", S_IFCHR | 0600, 0x103) == 0) made += printf("made a device\n");
  return made != 0;
}

static int sockets(void) {
  int families[] = {AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, 38 /* ALG */, 40 /* VSOCK */, 31 /* BLUETOOTH */, 44 /* XDP */};
  int made = 0, pair[2];
  for (int i = 0; i < 8; i++)
    for (int type = 1; type <= 3; type++)
      if (socket(families[i], type, 0) >= 0) made += printf("family %d type %d\n", families[i], type);
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) made += printf("no local pair\n");
  return made != 0;
}

static int affinity(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  if (CPU_COUNT(&set) != 1) return printf("%d processors\n", CPU_COUNT(&set)) > 0;
  memset(&set, 255, sizeof set);
  sched_setaffinity(0, sizeof set, &set);
  sched_getaffinity(0, sizeof set, &set);
  return CPU_COUNT(&set) != 1;
}

static int make(const char *kind) {
  if (!strcmp(kind, "symlink")) return symlink("/etc/passwd", "out");
  if (!strcmp(kind, "directory-link")) return mkdir("real", 0700) || symlink("real", "link");
  if (!strcmp(kind, "pipe")) return mkfifo("out", 0600);
  if (!strcmp(kind, "sparse")) {
    int fd = open("out", O_CREAT | O_WRONLY, 0600);
    return ftruncate(fd, 12 << 20);
  }
  if (!strcmp(kind, "tree")) {
    if (mkdir("a", 0700) || mkdir("a/b", 0700)) return 1;
    FILE *one = fopen("a/b/one", "w"), *two = fopen("two", "w");
    return fputs("1", one) < 0 || fputs("22", two) < 0 || fclose(one) || fclose(two) || chmod("two", 0755);
  }
  return 9;
}

static void *volatile sink;
static int recurse(int depth) {
  char frame[4096];
  sink = memset(frame, depth, sizeof frame);
  return depth ? recurse(depth - 1) + frame[7] * 0 : 0;
}

int main(int count, char **args) {
  const char *deed = count > 1 ? args[1] : "";
  long n = count > 2 ? atol(args[2]) : 0;
#define DEED(name) if (!strcmp(deed, name))
  DEED("nothing") return 0;
  DEED("exit") return n;
  DEED("signal") return signal(n, SIG_DFL), raise(n), 9;
  DEED("echo") return echo();
  DEED("spin") return spin(), 0;
  DEED("burn") return burn(n / 1e3), 0;
  DEED("stubborn") {
    for (int s = 1; s < 64; s++) signal(s, SIG_IGN);
    spin();
  }
  DEED("sleep") return sleep(n), 0;
  DEED("stop") return raise(SIGSTOP), 0;
  DEED("read-nothing") {
    int found = 0;
    for (char **path = args + 2; *path; path++) {
      int fd = open(*path, O_RDONLY | O_NONBLOCK);
      if (fd < 0) continue;
      struct stat is;
      fstat(fd, &is);
      DIR *directory = S_ISDIR(is.st_mode) ? fdopendir(fd) : 0;
      int entries = 0;
      while (directory && readdir(directory)) entries++;
      if (directory ? entries > 2 : read(fd, block, 1) > 0) printf("reads %s\n", *path), found = 1;
    }
    return found;
  }
  DEED("wait-for-input") {
    int ends[2];
    return pipe(ends) || read(ends[0], block, 1) == 99;
  }
  DEED("touch") return touch(n);
  DEED("bss") return printf("%p\n", (void *)untouched) < 0;
  DEED("touch-bss") return memset(untouched, 1, n << 20), 0;
  DEED("reserve") return mmap(0, 64UL << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) == MAP_FAILED;
  DEED("recurse") return recurse(n);
  DEED("flood") for (;;) put(1, sizeof block);
  DEED("flood-ignoring") {
    signal(SIGXFSZ, SIG_IGN);
    for (;;) put(1, sizeof block);
  }
  DEED("flood-error") return put(2, n) || puts("done") < 0;
  DEED("print") return put(1, n);
  DEED("print-and-spin") return put(1, n), spin(), 0;
  DEED("fork-bomb") for (;;) fork();
  DEED("session-bomb") for (;;) if (fork() == 0) setsid();
  DEED("daemonise") return daemonise();
  DEED("orphans-burn") return orphans_burn(n / 1e3);
  DEED("children-spin") {
    for (int i = 0; i < 3; i++) if (fork() == 0) spin();
    return wait(0), 0;
  }
  DEED("leave") return open("left", O_CREAT | O_EXCL | O_WRONLY, 0600) < 0 || open("/dev/shm/left", O_CREAT | O_WRONLY, 0600) < 0;
  DEED("find") return access("left", F_OK) == 0;
  DEED("fill") {
    int fd = open("big", O_CREAT | O_WRONLY, 0600);
    signal(SIGXFSZ, SIG_IGN);
    return printf("%s\n", strerror(put(fd, n))) < 0;
  }
  DEED("many") return many_files(n);
  DEED("deep") return deep(n);
  DEED("descriptors") return descriptors();
  DEED("identity") return identity();
  DEED("processes") return processes();
  DEED("open") return can_open(count - 2, args + 2);
  DEED("write-outside") return write_outside();
  DEED("sockets") return sockets();
  DEED("affinity") return affinity();
  DEED("make") return make(count > 2 ? args[2] : "");
  DEED("say") return printf("%s|%s|%s|%s\n", args[0], count > 2 ? args[2] : "", getenv("WORD") ? getenv("WORD") : "", getcwd(block, sizeof block)) < 0;
  DEED("size") {
    struct stat status;
    return stat(args[2], &status) || printf("%ld\n", (long)status.st_size) < 0;
  }
  DEED("overwrite") return open(args[2], O_WRONLY) < 0 || printf("opened it\n") < 0;
  DEED("cat") {
    int fd = open(args[2], O_RDONLY);
    return fd < 0 || dup2(fd, 0) || echo();
  }
  return 9;
}

// Halves of a conversation: talks NAME [NUMBER]. Exit code 0 means that the other half did what it should.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char block[1 << 16];

static void nap(int milliseconds) {
  struct timespec t = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  while (nanosleep(&t, &t)) {}
}

static int tell(int number) {
  char text[16];
  int length = sprintf(text, "%d\n", number);
  return write(1, text, length) != length;
}

// The next number of the other half; -1 when it has said all.
static int hear(void) {
  int number = 0;
  char c;
  for (;;) {
    ssize_t n = read(0, &c, 1);
    if (n <= 0) return n == 0 ? -1 : -2;
    if (c == '\n') return number;
    number = number * 10 + c - '0';
  }
}

static int ask(int times) {
  for (int i = 1; i <= times; i++)
    if (tell(i) || hear() != 2 * i) return 1;
  return 0;
}

static int answer(void) {
  for (int number; (number = hear()) != -1;)
    if (number < 0 || tell(2 * number)) return 1;
  return 0;
}

// Leaves a child behind that holds both pipes.
static int forker(void) {
  if (fork() == 0) for (;;) pause();
  return 0;
}

static int flood(size_t bytes) {
  memset(block, '1', sizeof block);
  while (bytes) {
    ssize_t n = write(1, block, bytes < sizeof block ? bytes : sizeof block);
    if (n <= 0) return errno;
    bytes -= n;
  }
  return 0;
}

static int abstract(struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, "\0neighbour", 10);
  return socket(AF_UNIX, SOCK_STREAM, 0);
}

// Leaves a door open everywhere it can, says so, and waits to be told that nobody came. Where sockets may have no name, that door
// has to be refused.
static int host(int named) {
  struct sockaddr_un address;
  int door = abstract(&address);
  int refused = bind(door, (struct sockaddr *)&address, sizeof(sa_family_t) + 10);
  if (named ? refused || listen(door, 1) : !refused || errno != EPERM) return 2;
  close(open("/tmp/note", O_CREAT | O_WRONLY, 0666));
  close(open("/dev/shm/note", O_CREAT | O_WRONLY, 0666));
  close(open("/box/note", O_CREAT | O_WRONLY, 0666));
  if (tell(getpid())) return 3;
  if (hear() != 42) return 4;
  struct pollfd visitor = {door, POLLIN, 0};
  return named && poll(&visitor, 1, 0) ? 5 : 0;
}

// Tries every door.
static int guest(void) {
  int pid = hear(), found = 0;
  struct sockaddr_un address;
  int door = abstract(&address);
  if (!connect(door, (struct sockaddr *)&address, sizeof(sa_family_t) + 10)) found |= 1;
  if (!access("/tmp/note", F_OK) || !access("/dev/shm/note", F_OK) || !access("/box/note", F_OK)) found |= 2;
  if (kill(-1, SIGKILL) == 0) found |= 4;
  DIR *processes = opendir("/proc");
  for (struct dirent *entry; processes && (entry = readdir(processes));) {
    int other = atoi(entry->d_name);
    char path[300];
    sprintf(path, "/proc/%s/fd/0", entry->d_name);
    if (other > 1 && other != getpid() && (kill(other, 0) == 0 || open(path, O_WRONLY) >= 0)) found |= 8;
  }
  // The numbers of the other namespace mean nothing here.
  if (pid != getpid() && pid > 1 && kill(pid, 0) == 0) found |= 16;
  tell(42);
  return found;
}

int main(int argc, char **argv) {
  const char *half = argc > 1 ? argv[1] : "";
  int number = argc > 2 ? atoi(argv[2]) : 0;
#define HALF(name) if (!strcmp(half, name))
  HALF("ask") return ask(number);
  HALF("nap-and-ask") { nap(number); return ask(10) ; }
  HALF("answer") return answer();
  HALF("leave") return 0;
  HALF("fork-and-leave") return forker();
  HALF("wait-for-the-end") return hear() == -1 ? 0 : 1;
  HALF("close-output-and-hear") { tell(7); close(1); return hear() == 14 ? 0 : 1; }
  HALF("answer-at-the-end") { int x = hear(); return hear() != -1 || tell(2 * x); }
  HALF("close-input-and-nap") { close(0); nap(number); return tell(1); }
  HALF("flood") return flood(number);
  HALF("flood-and-hear") return flood(number) || hear() != 1;
  HALF("nap-and-tell") { nap(number); return tell(1); }
  HALF("hear-one") return hear() != 1;
  HALF("swallow") { ssize_t n; while ((n = read(0, block, sizeof block)) > 0) {} return n != 0; }
  HALF("reopen") {
    int out = open("/dev/stdout", O_WRONLY), in = open("/dev/stdin", O_RDONLY);
    if (in < 0 || out < 0) return 2;
    dup2(in, 0);
    dup2(out, 1);
    return ask(3);
  }
  HALF("host") return host(1);
  HALF("host-of-the-nameless") return host(0);
  HALF("guest") return guest();
  fprintf(stderr, "no half called %s\n", half);
  return 99;
}

/*
 * What an instance can reach, tried from inside its own sandbox. Runs in lunchd@.service in place
 * of lunchd, on a connection, and writes a line for each attempt: "denied" is as it must be,
 * "ALLOWED" is a hole. Linked statically, since its root holds little more than lunchd.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static void report(int allowed, const char *what, const char *on) {
  if (allowed)
    printf("ALLOWED %s %s\n", what, on);
  else
    printf("denied %s %s (%s)\n", what, on, strerror(errno));
}

static void read_file(const char *path) {
  report(open(path, O_RDONLY) >= 0, "read", path);
}

static void write_below(const char *directory) {
  char path[4096];
  snprintf(path, sizeof path, "%s/probe", directory);
  report(open(path, O_WRONLY | O_CREAT, 0600) >= 0, "create a file in", directory);
}

/* Every file and directory there is: devices are meant to be written to, nothing else is. */
static int try_to_write(const char *path, const struct stat *info, int type, struct FTW *ftw) {
  (void)ftw;
  if (type == FTW_D || type == FTW_DNR || type == FTW_DP)
    write_below(path);
  else if (S_ISREG(info->st_mode))
    report(open(path, O_WRONLY) >= 0, "open for writing", path);
  return 0;
}

static void try_namespace(const char *name, int flag) {
  report(unshare(flag) == 0, "unshare", name);
  long pid = syscall(SYS_clone, flag | SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) _exit(0);
  report(pid > 0, "clone into a new", name);
}

static void try_socket(const char *name, int family, int type) {
  report(socket(family, type, 0) >= 0, "socket", name);
}

int main(void) {
  char request[4096];
  if (read(0, request, sizeof request) <= 0) return 1;

  read_file("/etc/shadow");
  read_file("/etc/passwd");
  read_file("/etc/letsencrypt");
  read_file("/etc/lunchd/key.pem");
  read_file("/home");
  read_file("/root");
  read_file("/dev/mem");
  read_file("/dev/shm");
  read_file("/proc/self/status");
  read_file("/proc/1/status");
  read_file("/sys/kernel");
  read_file("/run/systemd/journal/socket");
  read_file("/run/dbus/system_bus_socket");

  /* Its own credentials it reads; it must not even see that there are others. */
  const char *own = getenv("CREDENTIALS_DIRECTORY");
  if (own == NULL) return 1;
  DIR *credentials = opendir("/run/credentials");
  if (credentials == NULL) return 1;
  for (struct dirent *entry; (entry = readdir(credentials)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    errno = ENOENT;
    report(strcmp(entry->d_name, strrchr(own, '/') + 1) != 0, "see credentials of others than",
           entry->d_name);
  }
  char key[4096];
  snprintf(key, sizeof key, "%s/key.pem", own);
  printf("%s its own key.pem\n", open(key, O_RDONLY) >= 0 ? "reads" : "CANNOT READ");

  nftw("/", try_to_write, 32, FTW_PHYS);
  report(mount("none", "/run", "tmpfs", 0, NULL) == 0, "mount on", "/run");
  report(mkdir("/run/probe", 0700) == 0, "mkdir", "/run/probe");
  report(mknod("/run/probe", S_IFCHR | 0600, 0x101) == 0, "mknod", "/run/probe");

  try_socket("AF_INET", AF_INET, SOCK_STREAM);
  try_socket("AF_INET6", AF_INET6, SOCK_DGRAM);
  try_socket("AF_UNIX", AF_UNIX, SOCK_STREAM);
  try_socket("AF_NETLINK", AF_NETLINK, SOCK_RAW);
  try_socket("AF_PACKET", AF_PACKET, SOCK_RAW);
  try_socket("AF_VSOCK", AF_VSOCK, SOCK_STREAM);

  pid_t parent = getppid();
  char pid[32];
  snprintf(pid, sizeof pid, "%d, its parent", parent);
  report(kill(1, 0) == 0, "signal process", "1");
  report(kill(-1, 0) == 0, "signal", "all processes");
  report(ptrace(PTRACE_SEIZE, parent, 0, 0) == 0, "trace process", pid);
  char byte;
  struct iovec here = {&byte, 1}, there = {&byte, 1};
  report(process_vm_readv(parent, &here, 1, &there, 1, 0) > 0, "read memory of process", pid);

  try_namespace("user namespace", CLONE_NEWUSER);
  try_namespace("mount namespace", CLONE_NEWNS);
  try_namespace("network namespace", CLONE_NEWNET);
  try_namespace("process namespace", CLONE_NEWPID);
  try_namespace("cgroup namespace", CLONE_NEWCGROUP);
  try_namespace("IPC namespace", CLONE_NEWIPC);
  try_namespace("UTS namespace", CLONE_NEWUTS);

  report(setuid(0) == 0, "become", "root");
  report(chroot("/run") == 0, "chroot to", "/run");
  report(syscall(SYS_bpf, 0, NULL, 0) >= 0, "call", "bpf");
  report(syscall(SYS_keyctl, 0, -3, 1) >= 0, "call", "keyctl");
  report(syscall(SYS_perf_event_open, NULL, 0, 0, 0, 0) >= 0, "call", "perf_event_open");
  report(execl("/bin/sh", "sh", "-c", "exit", (char *)NULL) == 0, "execute", "/bin/sh");
  puts("done");
  return 0;
}

/*
 * Tries what an instance can reach from inside its sandbox. Runs in lunchd@.service in place of lunchd,
 * on a connection, and writes a line for each attempt: "denied" is right, "ALLOWED" is a hole. The
 * client's first line says what to try:
 *   host         everything beyond the instance
 *   sibling PID  another instance, of the same uid
 *   signal PID   the one way to signal it that the filter leaves open
 *   name         binds a name in the network that all instances share, and waits for messages
 *   reach NAME   sends a message to it
 *   journal      writes as much as it can
 *   stay         ignores every signal, and does not end
 *   spin         computes
 *   signature    asks the signer for all that it gives, and for more
 * Runs in lunchd-signer.service as well, for the first connection that it takes from the socket.
 * Linked statically, since its root holds little more than lunchd.
 */
#define _GNU_SOURCE
#include <asm/ioctls.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
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

/* Every file and directory: only devices may be writable. */
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

static int host(void) {
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

  /* It can read its own credentials; it must not even see that there are others. */
  const char *own = getenv("CREDENTIALS_DIRECTORY"); /* none if a signer has the key */
  DIR *credentials = opendir("/run/credentials");
  if (credentials == NULL && own != NULL) return 1;
  if (credentials == NULL) report(0, "see", "/run/credentials");
  for (struct dirent *entry; credentials != NULL && (entry = readdir(credentials)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    errno = ENOENT;
    report(own == NULL || strcmp(entry->d_name, strrchr(own, '/') + 1) != 0,
           "see credentials of others than", entry->d_name);
  }
  char key[4096];
  snprintf(key, sizeof key, "%s/key.pem", own == NULL ? "/run/credentials/lunchd-signer.service" : own);
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
  return 0;
}

static void try_call(const char *what, long result) {
  report(result >= 0, what, "of another instance");
}

/* Everything that a process can do to another one with its uid. */
static void sibling(pid_t pid) {
  union {
    char bytes[4096];
    struct rlimit64 limit;
    siginfo_t info;
  } any = {{0}};
  void *null = NULL;
  long size = 0;
  try_call("getpgid", syscall(SYS_getpgid, pid));
  try_call("getsid", syscall(SYS_getsid, pid));
  try_call("getpriority", syscall(SYS_getpriority, PRIO_PROCESS, pid));
  try_call("setpriority", syscall(SYS_setpriority, PRIO_PROCESS, pid, 19));
  try_call("setpriority of its user", syscall(SYS_setpriority, PRIO_USER, 0, 19));
  try_call("ioprio_set", syscall(SYS_ioprio_set, 1, pid, 3 << 13));
  try_call("sched_setaffinity", syscall(SYS_sched_setaffinity, pid, 8, "\1\0\0\0\0\0\0"));
  try_call("sched_setscheduler", syscall(SYS_sched_setscheduler, pid, SCHED_IDLE, &any));
  try_call("sched_getscheduler", syscall(SYS_sched_getscheduler, pid));
  try_call("sched_getparam", syscall(SYS_sched_getparam, pid, &any));
  try_call("sched_setattr", syscall(SYS_sched_setattr, pid, &any, 0));
  try_call("sched_getattr", syscall(SYS_sched_getattr, pid, &any, 48, 0));
  try_call("kill 0", syscall(SYS_kill, pid, 0));
  try_call("kill SIGSTOP", syscall(SYS_kill, pid, SIGSTOP));
  try_call("kill SIGKILL", syscall(SYS_kill, pid, SIGKILL));
  try_call("tkill", syscall(SYS_tkill, pid, SIGKILL));
  try_call("tgkill 0", syscall(SYS_tgkill, pid, pid, 0));
  try_call("tgkill SIGSTOP", syscall(SYS_tgkill, pid, pid, SIGSTOP));
  try_call("tgkill SIGKILL", syscall(SYS_tgkill, pid, pid, SIGKILL));
  any.info.si_code = SI_QUEUE;
  try_call("rt_sigqueueinfo", syscall(SYS_rt_sigqueueinfo, pid, SIGTERM, &any));
  try_call("rt_tgsigqueueinfo", syscall(SYS_rt_tgsigqueueinfo, pid, pid, SIGTERM, &any));
  int pidfd = syscall(SYS_pidfd_open, pid, 0);
  try_call("pidfd_open", pidfd);
  try_call("pidfd_send_signal", syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0));
  try_call("pidfd_getfd", syscall(SYS_pidfd_getfd, pidfd, 0, 0));
  try_call("process_madvise", syscall(SYS_process_madvise, pidfd, &any, 1, 21, 0));
  try_call("process_mrelease", syscall(SYS_process_mrelease, pidfd, 0));
  try_call("setns", syscall(SYS_setns, pidfd, CLONE_NEWNS));
  try_call("ptrace attach", syscall(SYS_ptrace, PTRACE_ATTACH, pid, 0, 0));
  try_call("ptrace seize", syscall(SYS_ptrace, PTRACE_SEIZE, pid, 0, 0));
  struct iovec here = {any.bytes, 1};
  try_call("process_vm_readv", syscall(SYS_process_vm_readv, pid, &here, 1, &here, 1, 0));
  try_call("process_vm_writev", syscall(SYS_process_vm_writev, pid, &here, 1, &here, 1, 0));
  try_call("get_robust_list", syscall(SYS_get_robust_list, pid, &null, &size));
  try_call("kcmp", syscall(SYS_kcmp, getpid(), pid, 0, 0, 0));
  try_call("move_pages", syscall(SYS_move_pages, pid, 0, NULL, NULL, NULL, 0));
  try_call("migrate_pages", syscall(SYS_migrate_pages, pid, 64, &any, &any));
  try_call("perf_event_open", syscall(SYS_perf_event_open, &any, pid, -1, -1, 0));
  try_call("waitid", syscall(SYS_waitid, P_PID, pid, &any, WNOHANG | WEXITED, NULL));
  any.limit = (struct rlimit64){0, 0};
  try_call("prlimit64 to see a limit", syscall(SYS_prlimit64, pid, RLIMIT_NOFILE, NULL, &any));
  try_call("prlimit64 RLIMIT_NOFILE 0", syscall(SYS_prlimit64, pid, RLIMIT_NOFILE, &any, NULL));
  try_call("prlimit64 RLIMIT_CPU 0", syscall(SYS_prlimit64, pid, RLIMIT_CPU, &any, NULL));
  try_call("ioctl FIOSETOWN", ioctl(0, FIOSETOWN, &pid));
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/mem", pid);
  read_file(path);
}

/* The owner of a descriptor gets a signal, which the sender chooses, when input arrives. */
static void signal_as_owner(pid_t pid) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) exit(1);
  int owned = fcntl(pair[0], F_SETOWN, pid);
  try_call("fcntl F_SETOWN", owned);
  if (owned == 0 && fcntl(pair[0], F_SETSIG, SIGKILL) == 0 && fcntl(pair[0], F_SETFL, O_ASYNC) == 0)
    try_call("SIGKILL as the owner", write(pair[1], "x", 1));
}

union message {
  char bytes[CMSG_SPACE(sizeof(int))];
  struct cmsghdr align;
};

static struct msghdr with_descriptor(union message *control, struct iovec *data) {
  struct msghdr header = {.msg_iov = data, .msg_iovlen = 1, .msg_control = control->bytes,
                          .msg_controllen = sizeof control->bytes};
  struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(rights), &(int){0}, sizeof(int)); /* the client's connection */
  return header;
}

static void name(void) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0) exit(1);
  close(pair[1]);
  setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int));
  if (write(pair[0], "x", 1) >= 0) exit(1); /* there is no receiver, but sending gives the socket its name */
  struct sockaddr_un own = {0};
  socklen_t length = sizeof own;
  getsockname(pair[0], (struct sockaddr *)&own, &length);
  printf("name %.*s\n", (int)(length - sizeof(sa_family_t)) - 1, own.sun_path + 1);
  fflush(stdout);

  char end[16];
  if (read(0, end, sizeof end) <= 0) exit(1); /* by now the other instances have tried */
  union message control = {0};
  struct iovec data = {end, 1};
  struct msghdr header = with_descriptor(&control, &data);
  report(recvmsg(pair[0], &header, MSG_DONTWAIT) >= 0, "recvmsg", "what was sent to its name");
  report(recvfrom(pair[0], end, 1, MSG_DONTWAIT, NULL, NULL) >= 0, "recvfrom", "its name");
  fcntl(pair[0], F_SETFL, O_NONBLOCK);
  report(read(pair[0], end, 1) >= 0, "read", "what was sent to its name");
}

static void reach(const char *name) {
  struct sockaddr_un there = {.sun_family = AF_UNIX};
  memcpy(there.sun_path + 1, name, strlen(name));
  socklen_t length = sizeof(sa_family_t) + 1 + strlen(name);
  struct sockaddr *address = (struct sockaddr *)&there;
  int types[] = {SOCK_DGRAM, SOCK_STREAM, SOCK_SEQPACKET}, pair[2];
  for (int i = 0; i < 3; i++) {
    if (socketpair(AF_UNIX, types[i], 0, pair) != 0) exit(1);
    union message control = {0};
    char byte = 'x';
    struct iovec data = {&byte, 1};
    struct msghdr header = with_descriptor(&control, &data);
    report(sendmsg(pair[0], &header, 0) >= 0, "pass a descriptor to", "its own pair");
    header.msg_name = &there;
    header.msg_namelen = length;
    report(sendmsg(pair[0], &header, 0) >= 0, "pass a descriptor to", name);
    struct mmsghdr many = {.msg_hdr = header};
    report(sendmmsg(pair[0], &many, 1, 0) >= 0, "sendmmsg to", name);
    report(sendto(pair[0], "x", 1, 0, address, length) >= 0, "sendto", name);
    report(bind(pair[0], address, sizeof(sa_family_t)) == 0, "bind", "a name of its own");
    int connected = connect(pair[0], address, length) == 0;
    report(connected, "connect to", name);
    report(listen(pair[0], 1) == 0, "listen", "on its pair");
    if (types[i] != SOCK_DGRAM) continue;
    close(pair[1]);
    report(write(pair[0], "x", 1) >= 0, "write to", name);
  }
  report(syscall(SYS_io_uring_setup, 1, &(char[120]){0}) >= 0, "call", "io_uring_setup");
}

/* One answer; the connection is a stream, but each answer is written at once. */
static ssize_t ask(const char *request, size_t length, char *answer, size_t room) {
  if (write(3, request, length) < 0) return -1;
  return read(3, answer, room);
}

static void signature(void) {
  static char answer[65536];
  signal(SIGPIPE, SIG_IGN);
  ssize_t length = ask("C\0", 2, answer, sizeof answer);
  printf("%s the chain\n", length > 4 && answer[0] == 0 ? "gets" : "DOES NOT GET");
  char digest[4 + 32] = {'E', 0, 0, 32, 'x'};
  length = ask(digest, sizeof digest, answer, sizeof answer);
  printf("%s a signature\n", length > 4 && answer[0] == 0 ? "gets" : "DOES NOT GET");
  errno = ECONNRESET;
  length = ask(digest, sizeof digest, answer, sizeof answer);
  if (length == 0) errno = ECONNRESET;
  report(length > 0, "get", "a second signature");
  read_file("/run/lunchd-signer");
  read_file("/run/credentials/lunchd-signer.service/key.pem");
  read_file("/etc/lunchd/key.pem");
  struct sockaddr_un there = {.sun_family = AF_UNIX, .sun_path = "/run/lunchd-signer"};
  int types[] = {SOCK_STREAM, SOCK_SEQPACKET}, pair[2];
  for (int i = 0; i < 2; i++) {
    if (socketpair(AF_UNIX, types[i], 0, pair) != 0) exit(1);
    report(connect(pair[0], (struct sockaddr *)&there, sizeof there) == 0, "connect to", there.sun_path);
  }
  report(connect(3, (struct sockaddr *)&there, sizeof there) == 0, "connect again to", there.sun_path);
}

/* If stdin is a listening socket, makes an accepted connection stdin and stdout. */
static void take_connection(void) {
  int listens = 0;
  socklen_t length = sizeof listens;
  if (getsockopt(0, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) != 0 || !listens) return;
  int connection = accept(0, NULL, NULL);
  if (connection < 0) exit(1);
  for (int i = 0; i < 2; i++) {
    close(i);
    if (fcntl(connection, F_DUPFD, i) != i) exit(1);
  }
  close(connection);
}

static void journal(void) {
  static char line[48 * 1024];
  memset(line, 'x', sizeof line);
  line[sizeof line - 1] = '\n';
  for (int i = 0; i < 9000; i++) {
    line[1] = "01234567"[i % 8]; /* journald limits each priority separately */
    line[0] = '<', line[2] = '>';
    if (write(2, line, sizeof line) < 0) break;
  }
}

static void stay(void) {
  for (int i = 1; i < NSIG; i++) signal(i, SIG_IGN);
  puts("stays");
  fflush(stdout);
  for (;;) pause();
}

int main(void) {
  take_connection();
  char request[4096];
  ssize_t length = read(0, request, sizeof request - 1);
  if (length <= 0) return 1;
  request[length] = '\0';
  char *what = strtok(request, " \n"), *on = strtok(NULL, " \n");
  if (what == NULL) return 1;
  if (strcmp(what, "host") == 0 && host() != 0) return 1;
  if (strcmp(what, "sibling") == 0) sibling(atoi(on));
  if (strcmp(what, "signal") == 0) signal_as_owner(atoi(on));
  if (strcmp(what, "name") == 0) name();
  if (strcmp(what, "reach") == 0) reach(on);
  if (strcmp(what, "signature") == 0) signature();
  if (strcmp(what, "journal") == 0) journal();
  if (strcmp(what, "stay") == 0) stay();
  if (strcmp(what, "spin") == 0)
    for (;;);
  puts("done");
  return 0;
}

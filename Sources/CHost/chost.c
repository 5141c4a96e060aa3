#define _GNU_SOURCE

#include "chost.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

int pair_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int pair_stamp(uint64_t stamp)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_LOCKS, &limit) != 0)
        return -1;
    limit.rlim_cur = stamp;
    if (limit.rlim_max == RLIM_INFINITY)
        limit.rlim_max = stamp;
    return setrlimit(RLIMIT_LOCKS, &limit);
}

uint64_t pair_hard_stamp(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_LOCKS, &limit) != 0 || limit.rlim_max == RLIM_INFINITY)
        return UINT64_MAX;
    return limit.rlim_max;
}

// Called by their numbers, which are the same everywhere: the C library has them since glibc 2.36.
int pair_process_open(pid_t pid) { return (int)syscall(434 /* pidfd_open(2), Linux 5.3 */, pid, 0); }

int pair_process_kill(int descriptor)
{
    return (int)syscall(424 /* pidfd_send_signal(2), Linux 5.1 */, descriptor, SIGKILL, NULL, 0);
}
#else
int pair_become_subreaper(void) { return 0; }
int pair_stamp(uint64_t stamp) { (void)stamp; return 0; }
uint64_t pair_hard_stamp(void) { return UINT64_MAX; }
int pair_process_open(pid_t pid) { (void)pid; errno = ENOSYS; return -1; }
int pair_process_kill(int descriptor) { (void)descriptor; errno = ENOSYS; return -1; }
#endif

int pair_pipe(int ends[2], int nonblocking)
{
#ifdef __linux__
    return pipe2(ends, O_CLOEXEC | (nonblocking ? O_NONBLOCK : 0));
#else
    if (pipe(ends) != 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        if (nonblocking)
            fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    return 0;
#endif
}

#ifdef __linux__
// Only what signal-safety(7) lists: the other threads of this process are not in the copy.
static void guard(int line, char *const arguments[])
{
    const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    char letters[256];
    long left = 0;
    ssize_t count;
    int null = open("/dev/null", O_RDWR);

    setsid();
    for (unsigned i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    dup2(line, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    // close_range(2), Linux 5.9. Without it the copy would keep locks and pipes of this process alive.
    if (syscall(436, 3, ~0U, 0) != 0)
        for (long descriptor = sysconf(_SC_OPEN_MAX) - 1; descriptor > 2; descriptor--)
            close((int)descriptor);
    if (chdir("/") != 0)
        _exit(127);
    while ((count = read(STDIN_FILENO, letters, sizeof letters)) != 0) {
        if (count < 0 && errno != EINTR)
            break;
        for (ssize_t i = 0; i < count; i++)
            left += letters[i] == '+' ? 1 : -1;
    }
    if (left > 0)
        execve("/proc/self/exe", arguments, environ);
    _exit(0);
}

int pair_start_guard(char *const arguments[])
{
    int ends[2];
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    pid = fork();
    if (pid == 0)
        guard(ends[0], arguments);
    close(ends[0]);
    if (pid > 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
        return ends[1];
    close(ends[1]);
    return -1;
}
#else
int pair_start_guard(char *const arguments[]) { (void)arguments; errno = ENOSYS; return -1; }
#endif

// macOS has no closefrom action, but closes what is not passed on when asked to.
#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
#define DETACH_FLAGS (POSIX_SPAWN_SETSID | POSIX_SPAWN_CLOEXEC_DEFAULT)
#else
#define DETACH_FLAGS POSIX_SPAWN_SETSID
#endif

int pair_spawn_detached(const char *program, char *const arguments[], char *const environment[], const char *folder,
                        const char *output)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    pid_t pid;
    int code;

    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(&actions, folder);
#ifdef __linux__
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
#endif
    // A blocked or ignored signal would stay so (execve(2)).
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | DETACH_FLAGS));
    code = posix_spawn(&pid, program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

static int write_all(int to, const char *bytes, ssize_t count)
{
    while (count > 0) {
        ssize_t done = write(to, bytes, (size_t)count);
        if (done < 0 && errno != EINTR)
            return -1;
        if (done > 0) {
            bytes += done;
            count -= done;
        }
    }
    return 0;
}

int pair_copy_file(int from, int to)
{
    char buffer[1 << 16];

#ifdef __linux__
    ssize_t copied;

    if (ioctl(to, FICLONE, from) == 0)
        return 0;
    // Both offsets move along, so what this could not do goes on below where it stopped.
    while ((copied = copy_file_range(from, NULL, to, NULL, 1 << 30, 0)) > 0)
        ;
    if (copied < 0 && (errno == ENOSPC || errno == EIO || errno == EDQUOT || errno == EFBIG))
        return -1;
#endif
    for (;;) {
        ssize_t count = read(from, buffer, sizeof buffer);
        if (count == 0)
            return 0;
        if (count < 0) {
            if (errno == EINTR)
                continue;
            return -1;
        }
        if (write_all(to, buffer, count) != 0)
            return -1;
    }
}

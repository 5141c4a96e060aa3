#define _GNU_SOURCE

#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chost.h"

#ifdef __linux__
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

// By their numbers, which are the same everywhere: the C library has no functions for them, and older headers lack the
// later fields.
int pair_landlock_version(void)
{
    long version = syscall(444 /* landlock_create_ruleset(2), Linux 5.13 */, NULL, 0, 1 /* the version */);

    return version < 0 ? 0 : (int)version;
}

int pair_landlock_ruleset(uint64_t files, uint64_t scopes)
{
    // A version that does not know the last fields wants them to be 0.
    const struct { uint64_t files, network, scopes; } attributes = {files, 0, scopes};

    return (int)syscall(444, &attributes, sizeof attributes, 0);
}

int pair_landlock_allow(int ruleset, const char *path, uint64_t of_folder, uint64_t of_file)
{
    struct { uint64_t rights; int32_t parent; } __attribute__((packed)) rule;
    struct stat info;
    int code = -1, saved, parent = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

    if (parent < 0)
        return -1;
    if (fstat(parent, &info) == 0) {
        rule.rights = S_ISDIR(info.st_mode) ? of_folder : of_file;
        rule.parent = parent;
        code = S_ISLNK(info.st_mode) ? 0 : (int)syscall(445 /* landlock_add_rule(2) */, ruleset, 1, &rule, 0);
    }
    saved = errno;
    close(parent);
    errno = saved;
    return code;
}

// What root could leave a ruleset with, or change the system with besides its files: mounts, kernel modules, raw disks
// and memory, other processes, files by their handles (open_by_handle_at(2)).
static void drop_capabilities(void)
{
    const int dropped[] = {CAP_DAC_READ_SEARCH, CAP_NET_ADMIN, CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_SYS_PTRACE,
                           CAP_SYS_ADMIN, CAP_SYS_BOOT, CAP_SYS_TIME, CAP_MKNOD, CAP_MAC_OVERRIDE, CAP_MAC_ADMIN,
                           CAP_SYSLOG, 38 /* CAP_PERFMON */, 39 /* CAP_BPF */, 40 /* CAP_CHECKPOINT_RESTORE */};
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];

    if (syscall(SYS_capget, &header, sets) != 0)
        return;
    for (unsigned i = 0; i < sizeof dropped / sizeof *dropped; i++) {
        struct __user_cap_data_struct *set = &sets[dropped[i] / 32];
        uint32_t others = ~(1U << dropped[i] % 32);

        prctl(PR_CAPBSET_DROP, dropped[i], 0, 0, 0);
        set->effective &= others;
        set->permitted &= others;
        set->inheritable &= others;
    }
    syscall(SYS_capset, &header, sets);
}

static int enter(int ruleset)
{
    if (ruleset < 0)
        return 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    if (geteuid() == 0)
        drop_capabilities();
    return (int)syscall(446 /* landlock_restrict_self(2) */, ruleset, 0);
}
#else
int pair_landlock_version(void) { return 0; }
int pair_landlock_ruleset(uint64_t files, uint64_t scopes) { (void)files, (void)scopes; errno = ENOSYS; return -1; }
int pair_landlock_allow(int ruleset, const char *path, uint64_t of_folder, uint64_t of_file)
{
    (void)ruleset, (void)path, (void)of_folder, (void)of_file;
    errno = ENOSYS;
    return -1;
}
static int enter(int ruleset) { return ruleset < 0 ? 0 : (errno = ENOSYS, -1); }
#endif

// A blocked or ignored signal would stay so in the program (execve(2)); codex 0.163, started with SIGCHLD blocked, takes
// half a minute for every command.
static void reset_signals(int ignores_stops)
{
    const int stops[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    for (unsigned i = 0; ignores_stops && i < sizeof stops / sizeof *stops; i++)
        signal(stops[i], SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// Only what signal-safety(7) lists, and system calls: the other threads of this process are not in the copy.
static void start(char *const arguments[], const char *input, int ruleset, int ignores_stops)
{
    int from;

    setsid();
    reset_signals(ignores_stops);
    from = open(input, O_RDONLY);
    if (from < 0 || (from != STDIN_FILENO && (dup2(from, STDIN_FILENO) < 0 || close(from) != 0)))
        return;
    if (enter(ruleset) == 0)
        execve(arguments[0], arguments, environ);
}

int pair_spawn(char *const arguments[], const char *input, int ruleset, int ignores_stops, pid_t *pid)
{
    sigset_t all, before;
    int ends[2], code = 0;
    ssize_t count;

    if (pair_pipe(ends, 0) != 0)
        return errno;
    // A handler of ours that ran in the copy would write to our own pipe.
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    *pid = fork();
    if (*pid == 0) {
        start(arguments, input, ruleset, ignores_stops);
        code = errno;
        (void)!write(ends[1], &code, sizeof code);
        _exit(127);
    }
    if (*pid < 0)
        code = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    // The program's own end of the pipe is closed by its start.
    while (*pid > 0 && (count = read(ends[0], &code, sizeof code)) < 0 && errno == EINTR)
        ;
    close(ends[0]);
    if (*pid > 0 && code != 0)
        while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
            ;
    return code;
}

int pair_spawn_apart(char *const arguments[])
{
    pid_t pid = fork(), own;
    int how = 0;

    if (pid == 0)
        _exit(pair_spawn(arguments, "/dev/null", -1, 0, &own));
    if (pid < 0)
        return errno;
    while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(how) ? WEXITSTATUS(how) : ECHILD;
}

void pair_keep_standard_files(void)
{
#ifdef __linux__
    if (syscall(436 /* close_range(2), Linux 5.9 */, 3, ~0U, 4 /* on exec, Linux 5.11 */) == 0)
        return;
#endif
    for (int descriptor = 3; descriptor < 256; descriptor++)
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

int pair_become(char *const arguments[], int ruleset)
{
    reset_signals(0);
    if (enter(ruleset) == 0)
        execve(arguments[0], arguments, environ);
    return errno;
}

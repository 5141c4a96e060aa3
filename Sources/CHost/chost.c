#define _GNU_SOURCE

#include "chost.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>

int pair_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
#else
int pair_become_subreaper(void) { return 0; }
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

short pair_spawn_setsid(void)
{
#ifdef POSIX_SPAWN_SETSID
    return POSIX_SPAWN_SETSID;
#else
    return 0;
#endif
}

// System calls that Swift cannot make: declared with variable arguments, or only for GNU sources.

#ifndef CHOST_H
#define CHOST_H

#include <stdint.h>
#include <sys/types.h>

#include "sandbox.h"

// Makes orphaned descendants children of this process instead of init's. Returns 0, or -1 with errno.
int pair_become_subreaper(void);

// Sets the limit on file locks of this process, which every program that it starts inherits, however it clears its
// environment: the soft one to `stamp`, and the hard one where it has none. Linux has not looked at this limit since
// 2.4.25 (getrlimit(2)). Returns 0, or -1 with errno.
int pair_stamp(uint64_t stamp);

// The hard limit on file locks; UINT64_MAX for none.
uint64_t pair_hard_stamp(void);

// Holds on to the process `pid`, so that its id cannot come to mean another: a descriptor that is closed in programs
// that are started. Returns -1 with errno, ENOSYS where the system has none.
int pair_process_open(pid_t pid);

// Kills the process that `descriptor` holds on to. Returns 0, or -1 with errno.
int pair_process_kill(int descriptor);

// Starts a copy of this process, in a session of its own and with nothing open, that reads from a pipe: a `+` for each
// program that this process starts, a `-` for each that has ended. When this process ends, however it ends, with
// programs left, the copy becomes this program again, with `arguments`. Returns the end to write to, which never
// blocks, or -1 with errno. A fork costs less than a start of the program, and most copies never need one.
int pair_start_guard(char *const arguments[]);

// Makes a pipe whose ends are closed in programs that are started. Returns 0, or -1 with errno.
int pair_pipe(int ends[2], int nonblocking);

// Starts a program in a session of its own, in `folder`, with `output` to append to as its standard output and error,
// nothing to read and no other file open. Returns 0, or an error number.
int pair_spawn_detached(const char *program, char *const arguments[], char *const environment[], const char *folder,
                        const char *output);

// Copies all of one file into another, empty one, sharing blocks where the file system can. Returns 0, or -1
// with errno.
int pair_copy_file(int from, int to);

#endif

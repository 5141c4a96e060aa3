// System calls that Swift cannot make: declared with variable arguments, or only for GNU sources.

#ifndef CHOST_H
#define CHOST_H

// Makes orphaned descendants children of this process instead of init's. Returns 0, or -1 with errno.
int pair_become_subreaper(void);

// Makes a pipe whose ends are closed in programs that are started. Returns 0, or -1 with errno.
int pair_pipe(int ends[2], int nonblocking);

// The posix_spawn(3) flag for a session of its own; 0 where the system has none.
short pair_spawn_setsid(void);

// Copies all of one file into another, empty one, sharing blocks where the file system can. Returns 0, or -1
// with errno.
int pair_copy_file(int from, int to);

#endif

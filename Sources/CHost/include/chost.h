// System calls that Swift cannot make: declared with variable arguments, or only for GNU sources.

#ifndef CHOST_H
#define CHOST_H

// Makes orphaned descendants children of this process instead of init's. Returns 0, or -1 with errno.
int pair_become_subreaper(void);

// Makes a pipe whose ends are closed in programs that are started. Returns 0, or -1 with errno.
int pair_pipe(int ends[2], int nonblocking);

// The posix_spawn(3) flag for a session of its own; 0 where the system has none.
short pair_spawn_setsid(void);

// Starts a program in a session of its own, in `folder`, with `output` to append to as its standard output and error,
// nothing to read and no other file open. Returns 0, or an error number.
int pair_spawn_detached(const char *program, char *const arguments[], char *const environment[], const char *folder,
                        const char *output);

// Copies all of one file into another, empty one, sharing blocks where the file system can. Returns 0, or -1
// with errno.
int pair_copy_file(int from, int to);

#endif

// What a program may reach (landlock(7), no_new_privs), and starting it within that.

#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdint.h>
#include <sys/types.h>

// The version of Landlock that this system has switched on; 0 for none.
int pair_landlock_version(void);

// Makes a ruleset that denies the rights `files` on every file, and the `scopes`, but for what is allowed below.
// Returns its descriptor, which is closed in programs that are started, or -1 with errno.
int pair_landlock_ruleset(uint64_t files, uint64_t scopes);

// Allows the rights `of_folder` on what stands at `path` and on all below it, for a folder, else `of_file`. A link is
// passed over. Returns 0, or -1 with errno.
int pair_landlock_allow(int ruleset, const char *path, uint64_t of_folder, uint64_t of_file);

// Starts the program `arguments[0]` in a session of its own, with the file at `input` as its standard input and no
// signal blocked; within `ruleset`, and for root without what would open it again, where that is not -1. The signals
// to stop with are ignored where `ignores_stops` is not 0, else none is. Returns 0, or an error number.
int pair_spawn(char *const arguments[], const char *input, int ruleset, int ignores_stops, pid_t *pid);

// Starts the program `arguments[0]` in a session of its own, as no child of this process. Returns 0, or an error number.
int pair_spawn_apart(char *const arguments[]);

// From now on programs that are started, and one that this process becomes, have no file open but the standard ones.
void pair_keep_standard_files(void);

// Becomes the program `arguments[0]`, within `ruleset` where that is not -1, with no signal ignored. Returns an error
// number.
int pair_become(char *const arguments[], int ruleset);

#endif

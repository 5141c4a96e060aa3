#include <git2.h>
#include <git2/sys/repository.h>

// git_libgit2_opts is variadic, which Swift cannot call.
// Repositories with these extensions open; what they mean is left to the git command.
static inline int pair_git_allow_extensions(void)
{
    const char *names[] = {
        "worktreeconfig", "relativeworktrees", "partialclone", "preciousobjects",
    };
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, sizeof names / sizeof *names);
}

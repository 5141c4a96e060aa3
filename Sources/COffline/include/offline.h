// This program opens no network connection through libgit2: `git` itself fetches and pushes.
// offline.c answers, in place of the real libraries, the few calls with which libgit2 would
// prepare for one. It has nothing to call from Swift.

#!/bin/sh
# Makes the current folder a repository as people have it, with the files that are there in its first commit: history, branches, tags, notes, stashes, a remote,
# a hook, a second worktree, an object that no ref reaches, and work in progress.
set -eu

commit() { git add -A; git commit -qm "$1"; }

git init -q -b main
rm -rf .git/hooks/*
mkdir src docs
echo '# A scratch project' > README.md
echo v1 > f.txt
echo 'work' > work.txt
echo 'print(1)' > src/app.py
echo 'words' > docs/guide.md
printf '#!/bin/sh\nexit 0\n' > tool.sh
chmod 755 tool.sh
printf '*.log\n' > .gitignore
commit begin
git branch side
git branch beside
echo v2 > f.txt
commit 'f is v2'
git branch topic
echo new > new.txt
commit 'add new'
git branch release
echo v3 > f.txt
commit 'f is v3'
git checkout -q side
echo 'by the side' > f.txt
commit 'f is by the side'
git checkout -q beside
echo beside > beside.txt
commit 'add beside'
git checkout -q main
git tag v0 release
git tag -am 'version 1' v1
git notes add -m 'a note of mine' HEAD~1

git clone -q --bare . ../remote.git
git remote add origin ../remote.git
git remote set-url origin "$(cd ../remote.git && pwd)"
git fetch -q origin
git branch -q -u origin/main
# The remote has moved on: there is something to fetch.
git -C ../remote.git update-ref refs/heads/later \
  "$(git -C ../remote.git commit-tree -p main -m later 'main^{tree}')"

echo mine > work.txt
git stash push -qm 'the first'
echo 'mine, too' > work.txt
git stash push -qm 'the second'
git worktree add -q ../linked topic
echo 'in the other worktree' > ../linked/f.txt
printf '#!/bin/sh\nexit 0\n' > .git/hooks/commit-msg
chmod 755 .git/hooks/commit-msg
echo lost | git hash-object -w --stdin > /dev/null

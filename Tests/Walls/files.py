"""What agents leave in their worktree: it ends in a result, or in an ordinary failure that says
why, and the next command is not the worse for it."""

from deed import Deed

SOCKET = "python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])'"


def result(path, text=None):
    def check(place, ended):
        found = place.git("show", f"paircoder/TASK-1:{path}")
        assert text is None or found == text, f"{path} holds {found[:80]!r}"

    return check


DEEDS = [
    Deed("leaves a pipe for a file", "rm README.md; mkfifo README.md", changes=("README.md",)),
    Deed("leaves a socket for a file", f"rm README.md; {SOCKET} README.md", changes=("README.md",)),
    Deed(
        "leaves a device for a file",
        "rm README.md; mknod README.md c 1 3",
        changes=("README.md",), only="root",
    ),
    Deed(
        "leaves a device that never ends",
        "mknod zero c 1 5; rm f.txt; mknod f.txt c 1 5",
        changes=("f.txt",), only="root",
    ),
    Deed("leaves a new pipe and a socket", f"mkfifo pipe; {SOCKET} socket"),
    Deed("leaves .gitignore as a pipe", "rm .gitignore; mkfifo .gitignore", changes=(".gitignore",)),
    Deed("leaves a pipe as .gitignore below", "mkfifo src/.gitignore docs/.gitattributes"),
    Deed("leaves .gitattributes as a pipe", "mkfifo .gitattributes"),
    Deed("leaves .gitmodules as a pipe", "mkfifo .gitmodules"),
    Deed("leaves .worktreeinclude as a pipe", "mkfifo .worktreeinclude"),
    Deed(
        "leaves settings as a pipe",
        "rm .paircoder/config.yaml; mkfifo .paircoder/config.yaml",
        changes=(".paircoder/config.yaml",),
    ),
    Deed(
        "leaves its task as a pipe",
        "rm .paircoder/tasks/TASK-1.task.md; mkfifo .paircoder/tasks/TASK-1.task.md",
    ),
    Deed("leaves git~1", "mkdir 'git~1'; echo x > 'git~1/config'", changes=("git~1/*",)),
    Deed("leaves a name like .git", "mkdir '.git '; echo x > '.git /config'; echo x > .GIT", changes=("*",)),
    Deed(
        "leaves names that are no text",
        "printf x > \"$(printf 'a\\377\\n\\033[31m')\"; printf x > 'a\\b'; printf x > -rf",
        changes=("*",),
    ),
    Deed(
        "leaves paths beyond the limit",
        "i=0; n=$(printf '%0200d' 0); while [ $i -lt 30 ]; do mkdir $n && cd $n; i=$((i+1)); done; "
        'echo deep > deep.txt; cd "$OLDPWD" || cd /',
        changes=("*",),
    ),
    Deed(
        "leaves forty megabytes",
        "head -c 40000000 /dev/urandom > big.bin",
        changes=("big.bin",), must_succeed=True,
    ),
    Deed("leaves forty ignored megabytes", "head -c 40000000 /dev/urandom > big.log"),
    Deed("leaves a file of holes", "truncate -s 200G big.bin", changes=("big.bin",)),
    Deed("leaves an ignored file of holes", "truncate -s 200G big.log"),
    Deed("leaves an unreadable file", "echo x > secret.txt; chmod 000 secret.txt", changes=("secret.txt",)),
    Deed(
        "leaves an unreadable folder",
        "mkdir closed; echo x > closed/x.txt; chmod 000 closed",
        changes=("closed/*",),
    ),
    Deed("makes what was there unreadable", "chmod 000 f.txt src", changes=("f.txt", "src/*")),
    Deed("leaves its worktree unreadable", 'chmod 000 "$PWD"', changes=("*",)),
    Deed(
        "leaves a file that nobody can remove",
        "echo x > fixed.txt; chattr +i fixed.txt 2> /dev/null",
        changes=("fixed.txt",), only="root",
    ),
    Deed(
        "leaves entries of a conflict in the index",
        "printf '100644 %s 1\\tf.txt\\n100644 %s 2\\tf.txt\\n' $(git rev-parse side:f.txt HEAD:f.txt) | "
        "git update-index --index-info",
    ),
    Deed("leaves a lock on its index", 'touch "$(git rev-parse --git-path index.lock)"'),
    Deed(
        "leaves locks on its refs",
        'touch "$(git rev-parse --git-path HEAD.lock)" "$(git rev-parse --git-path packed-refs.lock)"',
    ),
    Deed("leaves a damaged index", 'echo garbage > "$(git rev-parse --git-path index)"'),
    Deed("leaves its index as a pipe", 'f=$(git rev-parse --git-path index); rm -f "$f"; mkfifo "$f"'),
    Deed("leaves HEAD as a pipe", 'f=$(git rev-parse --git-path HEAD); rm -f "$f"; mkfifo "$f"'),
    Deed("leaves its git file as a pipe", "rm .git; mkfifo .git"),
    Deed(
        "links out of its worktree",
        "ln -s / root; ln -s $REPO/f.txt link.txt; rm -r src; ln -s $REPO/src src",
        changes=("root", "link.txt", "src", "src/*"),
    ),
    Deed("writes through a link", "ln -s $ROOT/tmp out; echo x > out/x.txt", changes=("out",)),
    Deed("leaves a ring of links", "ln -s a b; ln -s b a; ln -s . self", changes=("a", "b", "self")),
    Deed(
        "leaves names that differ by case",
        "echo 1 > Readme.md; echo 2 > README.MD; mkdir Src; echo 3 > Src/app.py",
        changes=("Readme.md", "README.MD", "Src/*"),
    ),
    Deed(
        "leaves a file in place of a folder",
        "rm -r src; echo x > src; rm f.txt; mkdir f.txt; echo x > f.txt/x",
        changes=("src", "src/*", "f.txt", "f.txt/*"),
    ),
    Deed("leaves nothing", "rm -rf ./* .paircoder .gitignore", changes=("*",)),
    # Within bwrap the folder itself stays: it is a mount.
    Deed("removes its worktree", 'cd /; rm -rf "$OLDPWD"', changes=("*",)),
    Deed(
        "puts a link in place of its worktree",
        'd=$PWD; cd /; mv "$d" $ROOT/tmp/moved; ln -s $REPO "$d"',
        changes=("*",),
    ),
    Deed(
        "leaves two thousand files",
        "mkdir many; i=0; while [ $i -lt 2000 ]; do echo $i > many/$i; i=$((i+1)); done",
        changes=("many/*",), must_succeed=True,
    ),
    Deed(
        "has git refuse line ends",
        "printf 'a\\r\\nb\\n' > mixed.txt",
        repository="git config core.safecrlf true; git config core.autocrlf input", changes=("mixed.txt",),
    ),
    Deed(
        "names an encoding that there is not",
        "echo '*.txt working-tree-encoding=nowhere' > .gitattributes; echo x > x.txt",
        changes=(".gitattributes", "x.txt"),
    ),
    Deed(
        "names a filter that is required and fails",
        "echo x > x.data",
        changes=("x.data",),
        repository=(
            "git config filter.x.clean false; git config filter.x.required true; "
            "echo '*.data filter=x' > .gitattributes"
        ),
    ),
]

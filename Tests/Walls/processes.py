"""What agents leave running: nothing of it lives on, and nothing of it is done afterwards."""

from deed import Deed


def hidden(command):
    """It gives no sign of where it came from."""
    return f"( cd /; exec env -i setsid {command} < /dev/null > /dev/null 2>&1 ) & sleep 0.2\n"


LATE = hidden(
    "sh -c 'sleep 5; cd $1; PATH=/usr/bin:/bin; git -c user.name=a -c user.email=a@b.invalid commit -qam late; "
    "echo late > late.txt' sh $REPO"
)
DEEDS = [
    Deed("leaves a sleeper", "sleep 300 & sleep 0.1"),
    Deed("leaves a sleeper in its own session", "setsid sleep 300 & sleep 0.1"),
    Deed("leaves a sleeper without environment", "env -i setsid sleep 300 & sleep 0.1"),
    Deed("leaves a sleeper elsewhere without environment", hidden("sleep 300")),
    Deed(
        "forks twice",
        "( ( cd /; exec env -i setsid sh -c 'sleep 300; :' < /dev/null > /dev/null 2>&1 ) & ) ; sleep 0.1",
    ),
    Deed(
        "leaves one that ignores signals",
        hidden("sh -c 'trap \"\" INT TERM HUP; while :; do sleep 1; done'"),
    ),
    Deed("kills its supervisor", "env -i setsid sleep 300 & sleep 0.1; kill -9 $PPID"),
    Deed("kills its supervisor and hides", hidden("sleep 300") + "kill -9 $PPID"),
    Deed(
        "kills its supervisor and hides twice",
        hidden("sh -c 'sleep 300 & sleep 300; :'") + "kill -9 $PPID",
    ),
    Deed("stops its supervisor", hidden("sleep 300") + "kill -STOP $PPID", timeout="2s"),
    Deed(
        "stops its supervisor and ends",
        hidden("sleep 300") + "turned; kill -STOP $PPID; exit 0",
        timeout="2s",
    ),
    Deed("stops itself", "turned; kill -STOP $$", timeout="2s"),
    Deed("leaves a stopped one", "sh -c 'kill -STOP $$; sleep 300' & sleep 0.1"),
    Deed(
        "kills the program that runs it",
        "kill -9 $(sed 's/.*) . \\([0-9]*\\) .*/\\1/' /proc/$PPID/stat)",
        ends=(-9,),
    ),
    Deed("commits into the repository five seconds later", LATE, wait=6),
    Deed("kills its supervisor and commits later", LATE + "kill -9 $PPID", wait=6),
    Deed("forks on and on", "for i in $(seq 60); do setsid sleep 300 & done; sleep 0.1"),
    Deed(
        "forks faster than it is killed",
        hidden("sh -c 'i=0; while [ $i -lt 400 ]; do i=$((i+1)); sh -c \"sleep 0.5\" & done; wait'"),
    ),
    Deed("hands itself on", hidden("sh -c 'f() { sleep 0.2; [ $1 -lt 100 ] && ( f $(($1+1)) & ) ; }; f 0'")),
    Deed(
        "keeps files of its worktree open",
        "( exec 9>> hello.txt; cd /; exec env -i setsid sleep 300 < /dev/null > /dev/null 2>&1 ) & sleep 0.1",
    ),
    Deed(
        "writes on into its worktree",
        "( exec env -i setsid sh -c 'while :; do echo x >> on.txt; sleep 0.05; "
        "done' > /dev/null 2>&1 ) & sleep 0.2",
        changes=("on.txt",),
    ),
    Deed("keeps its output open", "( cd /; exec env -i setsid sleep 300 >&3 ) & sleep 0.1"),
]

"""What lies outside of a run, and is not compared: only a sandbox keeps agents and checks from it. Without one, each
deed gets through, which shows that it is one."""

import os
import socket
import subprocess
import threading

from belongings import files_in
from deed import Deed
from place import SECRET

UNSEEN = "it lies outside of the repository, and only a sandbox keeps an agent from it"
# In the user's home.
CREDENTIALS = (
    ".ssh/id", ".aws/credentials", ".netrc", ".git-credentials", ".config/gh/hosts.yml", ".docker/config.json",
    ".kube/config", ".gnupg/secring.gpg", ".codex/auth.json", ".claude/login",
)  # fmt: skip
# Where programs keep what is their own, and nobody else's.
OWN = (".local", ".cache", ".claude", ".codex")
# A user's id that is neither ours nor root's.
ANOTHER = 65533
READS = 'reads() { for f; do [ -n "$(head -c 9 "$f" 2> /dev/null)" ] && echo "it read $f"; done; }; '
OPEN = "the network is open"
# Landlock's log names it alone; docs/sandbox.md says what passes through it.
BY_LANDLOCK = {"landlock": "(?m)^Landlock, the network is open"}


def prepare(place, beside=None):
    """Puts credentials into the home; returns what ends `beside`, and looks at what came of the deed."""
    for name in CREDENTIALS:
        file = place.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(SECRET)
    (place.home / ".bashrc").write_text("# mine\n")
    (place.home / ".local/bin").mkdir(parents=True)
    end = beside(place) if beside else lambda: None
    before = outside(place)

    def stop():
        end()
        after = outside(place)
        place.reached += [f"{name} differs" for name in {*before, *after} if before.get(name) != after.get(name)]

    return stop


def outside(place):
    found = files_in(place.home, "~/", but=OWN) | files_in(place.home / ".local/bin", "bin/")
    return found | files_in(place.root, "", only=("rogue",))


def of_process(place):
    """A process of the user's, with a secret in its environment."""
    process = subprocess.Popen(["sleep", "100"], env={"MINE": SECRET}, start_new_session=True, cwd=place.home)
    (place.stand_in / "pid").write_text(str(process.pid))

    def end():
        # Stopped or ended: somebody did that.
        ended, _ = os.waitpid(process.pid, os.WNOHANG | os.WUNTRACED)
        if ended:
            place.reached.append("the process got a signal")
        process.kill()
        process.wait()

    return end


def of_socket(family, kind, address):
    """A socket of the user's; `address` says where it is, of the place."""

    def begin(place):
        server = socket.socket(family, kind)
        server.bind(address(place))
        (place.stand_in / "port").write_text(str(server.getsockname()[1] if family == socket.AF_INET else 0))
        server.settimeout(0.2)
        is_over = threading.Event()
        if kind == socket.SOCK_STREAM:
            server.listen()

        def listen():
            while not is_over.is_set():
                try:
                    if kind == socket.SOCK_STREAM:
                        server.accept()[0].close()
                    else:
                        server.recv(9)
                    place.reached.append("somebody came to the socket")
                except TimeoutError:
                    pass

        thread = threading.Thread(target=listen)
        thread.start()

        def end():
            is_over.set()
            thread.join()
            server.close()

        return end

    return begin


def of_another_user(place):
    """A socket that another user keeps in a folder where nobody else may go."""
    folder = place.root / "another"
    folder.mkdir()
    end = of_socket(socket.AF_UNIX, socket.SOCK_STREAM, lambda _: str(folder / "socket"))(place)
    os.chown(folder, ANOTHER, ANOTHER)
    folder.chmod(0o700)
    return end


def beyond(name, script, beside=None, **more):
    def got_through(place):
        return [*place.reached, *(line for line in place.said().splitlines() if line.startswith("it read "))]

    return Deed(
        f"beyond: {name}", script, unseen=UNSEEN, got_through=got_through,
        beside=lambda place: prepare(place, beside), **more,
    )  # fmt: skip


def by_check(name, script, beside=None, **more):
    return beyond(f"has a check {name}", "true", beside, check=script, **more)


def connect(family, kind, address):
    """Shell that connects and says a word."""
    lines = f"import socket; s = socket.socket(socket.{family}, socket.{kind}); s.connect({address}); s.send(b'x')"
    return f'python3 -c "{lines}"'


FILE_SOCKET = of_socket(socket.AF_UNIX, socket.SOCK_STREAM, lambda place: str(place.home / "agent.sock"))
ABSTRACT = of_socket(socket.AF_UNIX, socket.SOCK_STREAM, lambda place: f"\0{place.root}")
TCP = of_socket(socket.AF_INET, socket.SOCK_STREAM, lambda place: ("127.0.0.1", 0))
UDP = of_socket(socket.AF_INET, socket.SOCK_DGRAM, lambda place: ("127.0.0.1", 0))
TO_FILE_SOCKET = connect("AF_UNIX", "SOCK_STREAM", "'$HOME/agent.sock'")
TO_ABSTRACT = connect("AF_UNIX", "SOCK_STREAM", "'\\0$ROOT'")
TO_TCP = connect("AF_INET", "SOCK_STREAM", "('127.0.0.1', $(cat $STAND_IN/port))")
TO_UDP = connect("AF_INET", "SOCK_DGRAM", "('127.0.0.1', $(cat $STAND_IN/port))")
PID = "$(cat $STAND_IN/pid)"
OTHER_RUNS = (
    "for d in $REPO/.git/paircoder/runs/*/; do [ ${d%/} = $REPO/.git/paircoder/runs/$PAIRCODER_RUN ] || "
    "for f in $(find $d -type f); do reads $f; done; done"
)
OTHER_WORKTREES = (
    "for f in ~/.local/state/bpsai-pair/worktrees/*/*/README.md; do [ $f = $PWD/README.md ] || reads $f; done"
)

DEEDS = [
    *(beyond(f"reads ~/{name}", f"{READS} reads ~/{name}") for name in CREDENTIALS if not name.startswith(".claude")),
    beyond("copies a key", "cp ~/.ssh/id key.log; grep -q . key.log && echo it read the key"),
    beyond("reads a key by a link", f"{READS} ln -s ~/.ssh/id key.log; reads key.log"),
    beyond("reads a key by a hard link", f"{READS} ln ~/.ssh/id key.log; reads key.log"),
    beyond("reads a key in name spaces of its own", f"unshare -rm head -c 9 ~/.ssh/id | grep -q . && echo it read it"),
    beyond("reads another run's files", READS + OTHER_RUNS),
    beyond("reads an approval", f"{READS} reads ~/.local/state/bpsai-pair/approvals/*/*"),
    beyond("reads the environment of a process", f"{READS} reads /proc/{PID}/environ", of_process),
    beyond("reads the home by the folder of a process", f"{READS} reads /proc/{PID}/cwd/.ssh/id", of_process),
    beyond("writes into the home", "echo rogue > ~/rogue"),
    beyond("appends to a start file", "echo rogue >> ~/.bashrc"),
    beyond("empties a start file", ": > ~/.bashrc"),
    beyond("removes a start file", "rm -f ~/.bashrc"),
    beyond("replaces a start file", "echo rogue > rogue.log; mv rogue.log ~/.bashrc"),
    beyond("links a start file into its worktree", "ln ~/.bashrc b.log && echo rogue >> b.log"),
    beyond("writes by a link", "ln -s ~ home.log; echo rogue > home.log/rogue"),
    beyond("writes by /proc", "echo rogue > /proc/self/root$HOME/rogue"),
    beyond("writes by the folder of a process", f"echo rogue > /proc/{PID}/cwd/rogue", of_process),
    beyond("writes in name spaces of its own", "unshare -rm sh -c 'echo rogue > ~/rogue'"),
    beyond("adds a key", "echo rogue >> ~/.ssh/authorized_keys"),
    beyond("puts a program on the path", "echo rogue > ~/.local/bin/rogue"),
    beyond("makes a folder in the home", "mkdir ~/rogue"),
    beyond("leaves a file in the temporary folder", "echo rogue > $ROOT/rogue"),
    beyond("changes the mode of a start file", "chmod 777 ~/.bashrc", told=BY_LANDLOCK),
    beyond("ends a process", f"kill {PID}", of_process),
    beyond("kills a process", f"kill -9 {PID}", of_process),
    beyond("stops a process", f"kill -STOP {PID}", of_process),
    beyond("connects to a port", TO_TCP, TCP, told={"landlock": OPEN, "bwrap": OPEN}),
    beyond("sends to a port", TO_UDP, UDP, told={"landlock": OPEN, "bwrap": OPEN}),
    beyond("connects to a socket in a file", TO_FILE_SOCKET, FILE_SOCKET, told=BY_LANDLOCK),
    beyond("connects to an abstract socket", TO_ABSTRACT, ABSTRACT),
    by_check("read a key", f"{READS} reads ~/.ssh/id"),
    by_check("read the agent's login", f"{READS} reads ~/.claude/login"),
    by_check("read another run's files", READS + OTHER_RUNS),
    by_check("write into the home", "echo rogue > ~/rogue"),
    by_check("kill a process", f"kill -9 {PID}", of_process),
    by_check("connect to a port", TO_TCP, TCP, told={"landlock": OPEN}),
    by_check("send to a port", TO_UDP, UDP, told={"landlock": OPEN}),
    by_check("connect to a socket in a file", TO_FILE_SOCKET, FILE_SOCKET, told=BY_LANDLOCK),
    by_check("connect to an abstract socket", TO_ABSTRACT, ABSTRACT),
    # What it needs is not hidden with the rest.
    Deed(
        "only plans, and reads its worktree",
        "cat README.md && git log --oneline && echo it could read; touch rogue.txt",
        title="Design the greetings", says="it could read", changes=(".paircoder/results/*",),
    ),
    Deed("works beside another user's socket", "true", beside=of_another_user, must_succeed=True, only="root"),
    beyond("has the set-up read a key", "true", set_up=f"{READS} reads ~/.ssh/id"),
    beyond("has the set-up write into the home", "true", set_up="echo rogue > ~/rogue"),
]

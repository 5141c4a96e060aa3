"""Where a program, and all that it starts, tries to send something: what strace saw."""

import re
import shutil
import subprocess
from ipaddress import ip_address

CALLS = "trace=connect,sendto,sendmsg,sendmmsg"
TRACE = ["strace", "--follow-forks", "--seccomp-bpf", "-qqq", "-e", CALLS, "-e", "signal=none", "-s", "256"]

# As strace writes the two kinds of address: sin_port=htons(53), sin_addr=inet_addr("192.0.2.1"), and
# sin6_port=htons(53), sin6_flowinfo=…, inet_pton(AF_INET6, "2001:db8::1", &sin6_addr).
ADDRESS = re.compile(r'sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
# The ways to have somebody else look a name up.
RESOLVERS = re.compile(r'sun_path="(/run/systemd/resolve/[^"]*)"')
NAME_PORTS = {53, 853, 5353, 5355}


def why_not():
    """Why nothing can be watched here; None when it can."""
    if not shutil.which("strace"):
        return "strace is not installed"
    tried = subprocess.run([*TRACE, "true"], capture_output=True, text=True)
    return None if tried.returncode == 0 else f"strace cannot trace here: {tried.stderr.strip()}"


def watched(command, log):
    """`command`, with what it sends noted in `log`."""
    return [*TRACE, "--output", log, *command]


def addresses(log):
    """All addresses in `log`, as pairs of host and port."""
    lines = log.read_text(errors="replace").splitlines()
    return {(host, int(port)) for line in lines for port, host in ADDRESS.findall(line)}


def strangers(log):
    """What in `log` leaves this machine or looks up a name, wherever the resolver is. Unanswered attempts
    count."""
    lines = log.read_text(errors="replace").splitlines()
    resolvers = {path for line in lines for path in RESOLVERS.findall(line)}
    outward = {
        f"{host} port {port}"
        for host, port in addresses(log)
        if port in NAME_PORTS or not ip_address(host.split("%")[0]).is_loopback
    }
    return sorted(outward | resolvers)

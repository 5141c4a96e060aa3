import Foundation
import Host
import TestSupport
import Testing

/// What a supervised program does within walls, and what it does not.
@Suite struct SandboxTests {
  @Test(arguments: WallKind.real)
  func `outside what it may write a program changes nothing`(_ wall: WallKind) throws {
    let program = try WalledProgram(wall)
    try program.expect(
      """
      echo more >> beside/file
      : > beside/file
      truncate -s 0 beside/file
      echo new > beside/new
      mkdir beside/folder
      ln -s file beside/link
      mkfifo beside/pipe
      rm beside/file
      echo new > secret/new
      mv beside/file beside/other
      mv work/file beside/other
      mv beside/file work/other
      mv -T work beside/work
      ln beside/file work/hard && : > work/hard
      exec 3<> beside/file
      touch /tmp/of-a-walled-program
      cp /proc/sys/kernel/domainname work && cat work/domainname > /proc/sys/kernel/domainname
      mount -t tmpfs none work
      unshare -rm sh -c 'mount -o remount,bind,rw "$PWD"; mount -o remount,bind,rw /; echo more > beside/file'
      """, succeeds: false)
    #expect(program.scratch.read("beside/file") == "text of beside\n")
    #expect(program.scratch.exists("work/file"))
  }

  @Test(arguments: WallKind.real)
  func `where it may write it does everything, from folder to folder as well`(_ wall: WallKind) throws {
    let program = try WalledProgram(wall)
    try program.expect(
      """
      echo more >> work/file && : > work/file && truncate -s 10 work/file
      mkdir -p work/a/b work/c && echo text > work/a/b/file && mv work/a/b work/c/b && ln work/c/b/file work/d
      cd work && ln -s file link && mkfifo pipe && rm link pipe && mv file other && rm other
      cp /bin/true work/true && work/true
      printf '#!/bin/sh\\nexit 0\\n' > work/script && chmod +x work/script && work/script
      """, succeeds: true)
  }

  @Test(arguments: WallKind.real)
  func `what is hidden is not read, whatever leads to it, and what stands beside it is`(
    _ wall: WallKind
  ) throws {
    let program = try WalledProgram(wall)
    try program.scratch.write("run.sh", "cat secret/file")
    try FileManager.default.createSymbolicLink(
      atPath: program.scratch.path + "/work/link", withDestinationPath: program.scratch.path + "/secret/file")
    try program.expect(
      """
      cat secret/file
      cat home/.netrc
      cat work/link
      cat work/../secret/file
      sh run.sh
      cat /proc/self/root$PWD/secret/file
      cat /proc/self/cwd/secret/file
      cat /proc/$OUTSIDE/root$PWD/secret/file
      ln secret/file work/hard
      mv secret/file work/moved
      mv -T secret work/moved
      cp -r secret work/copy && cat work/copy/file
      unshare -rm sh -c 'umount secret; cat secret/file'
      cat /proc/$PPID/environ
      """, succeeds: false)
    try program.expect(
      """
      cat beside/file run.sh home/.gitconfig /etc/passwd
      ls secret
      """, succeeds: true)
  }

  @Test(arguments: WallKind.real)
  func `devices that programs need are there, and no others`(_ wall: WallKind) throws {
    let program = try WalledProgram(wall)
    try program.expect(
      """
      echo text > /dev/null && test -z "$(cat /dev/null)"
      head -c 10 /dev/zero | cmp - /dev/zero -n 10 && head -c 1 /dev/random && head -c 1 /dev/urandom
      ! echo text > /dev/full
      echo text > /dev/shm/bpsai-pair-$$ && rm /dev/shm/bpsai-pair-$$
      script -qec 'test -t 0 && stty size < /dev/tty' /dev/null < /dev/null
      : | cat > /dev/fd/1 | cat > work/out && echo text | tee /dev/stderr 2> work/err
      """, succeeds: true)
    try program.expect(
      """
      test -e /sys/block/[hsv]da && head -c 1 /dev/[hsv]da
      exec 3< /dev/autofs
      mknod work/disk b 7 0
      mknod work/memory c 1 1
      """, succeeds: false)
  }

  @Test(arguments: WallKind.real)
  func `git, a compiler's temporary files and job control work`(_ wall: WallKind) throws {
    let program = try WalledProgram(wall)
    let databases =
      "import tempfile, sqlite3; tempfile.NamedTemporaryFile(); sqlite3.connect('work/d').execute('create table t(a)')"
    let processes =
      "import multiprocessing as m; m.Lock(); p = m.Process(); p.start(); p.join(); exit(p.exitcode)"
    try program.expect(
      """
      cd work && git init -q r && cd r && echo a > a && git add a && git commit -qm m && git gc -q && git fsck
      python3 -c "\(databases)"
      python3 -c "\(processes)"
      bash -mc 'sleep 60 & sleep 0.1; kill -STOP %1; kill -CONT %1; kill %1; wait %1; test $? = 143'
      """, succeeds: true)
  }

  @Test(
    .enabled(if: Landlock.version >= Landlock.firstWithScopes, "Landlock of Linux 6.12 or later"),
    arguments: WallKind.real)
  func `it signals and traces no process outside`(_ wall: WallKind) throws {
    let program = try WalledProgram(wall)
    try program.expect(
      """
      kill -0 $OUTSIDE
      kill -0 1
      kill -WINCH $PPID
      cat /proc/$OUTSIDE/environ
      readlink /proc/$OUTSIDE/cwd
      ls /proc/$OUTSIDE/root/
      """, succeeds: false)
    try program.expect("sleep 60 & kill $!", succeeds: true)
  }

  @Test(arguments: WallKind.real)
  func `it gains no rights, and as root has none to go around the walls`(_ wall: WallKind) throws {
    let output = try WalledProgram(wall).run("cat /proc/self/status").output
    #expect(output.contains("NoNewPrivs:\t1"))
    let set = output.split(separator: "\n").first { $0.hasPrefix("CapEff") }?.split(separator: "\t").last
    let capabilities = try #require(set.flatMap { UInt64($0, radix: 16) })
    // To read by handle, administer network and system, load modules, read raw memory, trace, make devices.
    for number in [2, 12, 16, 17, 19, 21, 27] { #expect(capabilities >> number & 1 == 0, "\(number)") }
  }

  @Test(arguments: WallKind.real.filter { $0 != .landlock })
  func `within bwrap no socket in the file system is reached but the program's own`(_ wall: WallKind) throws {
    let program = try WalledProgram(wall)
    let listen =
      "import socket; s = socket.socket(socket.AF_UNIX); s.bind('$P'); s.listen(); print(flush=True); s.accept()"
    let connect = "python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect(\"$P\")'"
    for (path, succeeds) in [("beside/socket", false), ("work/socket", true)] {
      let place = program.scratch.path + "/" + path
      let server = try RunningProgram(
        "/usr/bin/python3", ["-c", listen.replacing("$P", with: place)], in: program.scratch.path,
        environment: program.scratch.environment)
      for _ in 0..<5_000 where !program.scratch.exists(path) { usleep(2_000) }
      usleep(100_000)
      try program.expect(connect.replacing("$P", with: place), succeeds: succeeds)
      server.send(signal: SIGKILL)
      _ = try server.wait()
    }
    try program.expect("ls /run/* || ls /run/user/*/*", succeeds: false)
  }

  @Test(arguments: WallKind.real.filter { $0 != .landlock })
  func `in a network of its own a program reaches itself and nothing else`(_ wall: WallKind) throws {
    let program = try WalledProgram(wall, network: .loopback)
    let own =
      "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())"
    try program.expect("python3 -c \"\(own)\"", succeeds: true)
    let (server, port) = try listener()
    defer { close(server) }
    let connect = "python3 -c \"import socket; socket.create_connection(('127.0.0.1', \(port)))\""
    try program.expect(connect, succeeds: false)
    try WalledProgram(wall).expect(connect, succeeds: true)
  }

  /// A socket that listens on a free port of 127.0.0.1.
  private func listener() throws -> (descriptor: Int32, port: UInt16) {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(server, $0, size) | listen(server, 8) | getsockname(server, $0, &size)
      }
    }
    try #require(status == 0)
    return (server, UInt16(bigEndian: address.sin_port))
  }

  @Test(
    .enabled(if: WallKind.proxy != nil, "tinyproxy and socat"),
    arguments: WallKind.real.filter { $0 != .landlock })
  func `hosts that are named are reached by a proxy, and no others`(_ wall: WallKind) throws {
    let scratch = try ScratchFolder()
    let (free, port) = try listener()
    close(free)
    let server = try RunningProgram(
      "/usr/bin/python3", ["-m", "http.server", "--bind", "127.0.0.1", "\(port)"], in: scratch.path,
      environment: scratch.environment)
    defer { server.send(signal: SIGKILL) }
    let named = try WalledProgram(wall, network: .hosts(["localhost"]))
    let others = try WalledProgram(wall, network: .hosts(["example.org"]))
    // By the proxy, which NO_PROXY is not to keep from it.
    func fetch(_ host: String) -> String {
      "python3 -c \"import os, urllib.request as r; p = os.environ['http_proxy']; os.environ['no_proxy'] = ''; "
        + "r.build_opener(r.ProxyHandler({'http': p})).open('http://\(host):\(port)/').read()\""
    }
    let direct = "python3 -c \"import socket; socket.create_connection(('127.0.0.1', \(port)))\""
    usleep(500_000)
    try named.expect(fetch("localhost"), succeeds: true)
    try named.expect(fetch("127.0.0.1"), succeeds: false)
    try named.expect(direct, succeeds: false)
    try named.expect("test $HTTPS_PROXY = $http_proxy && test -n \"$NO_PROXY\"", succeeds: true)
    // What carries it is no child of the program, which cannot end it.
    try named.expect("pgrep -P $$ socat || pkill -s 0 socat || kill $(pgrep -n socat)", succeeds: false)
    try others.expect(fetch("localhost"), succeeds: false)

    let forwarded = try WalledProgram(wall, network: .hosts(["127.0.0.1:\(port)"]))
    try forwarded.expect(direct + "\ntest -z \"$HTTPS_PROXY\"", succeeds: true)
    let left = try Invocation.run(
      "/bin/sh", ["-c", "ps -eo args | grep -E '^[^ ]*(tinyproxy|socat) .*:\(port)'"], in: "/",
      environment: [:])
    #expect(left.status == 1, "\(left)")
  }

  @Test(.enabled(if: WallKind.real.contains(.bwrapAlone), "bwrap"))
  func `without Landlock's rules a program's own bwrap starts within ours`() throws {
    let program = try WalledProgram(.bwrapAlone)
    try program.expect(
      "bwrap --unshare-user --unshare-pid --unshare-net --ro-bind / / /bin/true", succeeds: true)
    try program.expect(
      """
      bwrap --unshare-user --bind / / sh -c 'echo more > beside/file'
      bwrap --unshare-user --bind / / cat secret/file
      """, succeeds: false)
  }

  @Test(.enabled(if: WallKind.real.contains(.bwrap), "bwrap"))
  func `a bwrap that fails is tried again, and its failure is not taken for the program's`() throws {
    let scratch = try ScratchFolder()
    try scratch.write(
      "bwrap",
      "#!/bin/sh\necho . >> '\(scratch.path)/tries'\n"
        + "[ $(wc -l < '\(scratch.path)/tries') -gt $TRIES ] || exit 1\nexec \(WallKind.bwrapProgram ?? "") \"$@\"\n",
      executable: true)
    let sandbox = Sandbox(bwrap: scratch.path + "/bwrap", landlock: true, rules: SandboxRules(write: []))
    for (tries, status) in [(2, 5), (3, 70)] {
      let run = try Invocation.run(
        "/bin/bash",
        ["-c", "exec 3< <(exec sleep 60); \"$@\" <&3; s=$?; kill $!; exit $s", "sh", Pair.program]
          + ["supervise", "/dev/null"] + sandbox.options + ["--", "/bin/sh", "-c", "exit 5"],
        in: scratch.path, environment: scratch.environment.merging(["TRIES": "\(tries)"]) { $1 })
      #expect(run.status == status, "\(run)")
      #expect(run.errors.contains("bwrap failed") == (status == 70))
      try FileManager.default.removeItem(atPath: scratch.path + "/tries")
    }
  }

  @Test(.enabled(if: !WallKind.real.isEmpty, "Landlock or bwrap"))
  func `the test of walls shows what each stops, and what is missing`() throws {
    let scratch = try ScratchFolder()
    let run = try Invocation.run(
      Pair.program, ["sandbox", "test"], in: scratch.path, environment: scratch.environment)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run)")
    #expect(run.output.contains("write a file outside its folders  ") && run.output.contains("  stopped"))
    #expect(!run.output.contains("PASSES"))
    var bare = scratch.environment
    bare["PATH"] = "/nowhere"
    let other = try Invocation.run(Pair.program, ["sandbox", "test"], in: scratch.path, environment: bare)
    #expect(other.status == (WallKind.real.contains(.landlock) ? 0 : 78), "\(other)")
    #expect(other.output.contains("\nbwrap is not installed"))
    #expect(!other.output.contains("bwrap, Landlock"))
  }

  @Test func `walls survive the way through a command line`() {
    for network in [SandboxRules.Network.hosts(["e:1", "*.f"]), .open, .loopback] {
      let rules = SandboxRules(write: ["/a=b", "/c"], hidden: ["/d"], network: network)
      for (bwrap, landlock) in [("/usr/bin/bwrap", true), (nil, false)] {
        let sandbox = Sandbox(bwrap: bwrap, landlock: landlock, rules: rules)
        #expect(Sandbox(words: sandbox.words) == sandbox)
      }
    }
    #expect(Sandbox(words: ["wriet=/a"]) == nil)
  }
}

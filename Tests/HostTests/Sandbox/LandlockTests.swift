import Foundation
import TestSupport
import Testing

@testable import Host

@Suite(.enabled(if: Landlock.version >= Landlock.firstWhole, "Landlock of Linux 6.2 or later"))
struct LandlockTests {
  @Test func `outside what it may write a program changes nothing`() throws {
    let program = try WalledProgram()
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
      mv beside/file beside/other
      mv work/file beside/other
      mv beside/file work/other
      mv -T work beside/work
      ln beside/file work/hard && : > work/hard
      rmdir empty
      exec 3<> beside/file
      touch /tmp/of-a-walled-program
      """, succeeds: false)
    #expect(program.scratch.read("beside/file") == "text of beside\n")
    #expect(program.scratch.exists("work/file"))
  }

  @Test func `where it may write it does everything, from folder to folder as well`() throws {
    let program = try WalledProgram()
    try program.expect(
      """
      echo more >> work/file && : > work/file && truncate -s 10 work/file
      mkdir -p work/a/b work/c && echo text > work/a/b/file && mv work/a/b work/c/b && ln work/c/b/file work/d
      cd work && ln -s file link && mkfifo pipe && rm link pipe && mv file other && rm other
      cp /bin/true work/true && work/true
      printf '#!/bin/sh\\nexit 0\\n' > work/script && chmod +x work/script && work/script
      """, succeeds: true)
  }

  @Test func `what is hidden is not read, whatever leads to it, and what stands beside it is`() throws {
    let program = try WalledProgram()
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
      ln secret/file work/hard
      mv secret/file work/moved
      mv secret work/moved
      cp -r secret work/copy
      cat /proc/$PPID/environ
      """, succeeds: false)
    try program.expect(
      """
      cat beside/file run.sh home/.gitconfig /etc/passwd
      ls secret
      """, succeeds: true)
  }

  @Test func `devices that programs need are there, and no others`() throws {
    let program = try WalledProgram()
    let disk = try DirectoryWalk.list("/sys/block").first.map { "head -c 1 /dev/\($0.name)" } ?? "false"
    try program.expect(
      """
      echo text > /dev/null && test -z "$(cat /dev/null)"
      head -c 10 /dev/zero | cmp - /dev/zero -n 10 && head -c 1 /dev/random && head -c 1 /dev/urandom
      ! echo text > /dev/full
      echo text > /dev/shm/bpsai-pair-$$ && rm /dev/shm/bpsai-pair-$$
      script -qec 'test -t 0 && stty size < /dev/tty' /dev/null < /dev/null
      exec 3>&1; echo text > /dev/fd/3; echo text > /dev/stdout
      """, succeeds: true)
    try program.expect(
      """
      \(disk)
      mknod work/disk b 7 0
      mknod work/memory c 1 1
      """, succeeds: false)
  }

  @Test func `git, a compiler's temporary files and job control work`() throws {
    let program = try WalledProgram()
    try program.expect(
      """
      cd work && git init -q r && cd r && echo a > a && git add a && git commit -qm m && git gc -q && git fsck
      python3 -c 'import tempfile, sqlite3; tempfile.NamedTemporaryFile(); sqlite3.connect("work/d").execute("create table t(a)")'
      python3 -c 'import multiprocessing as m; m.Lock(); p = m.Process(); p.start(); p.join(); exit(p.exitcode)'
      bash -mc 'sleep 60 & sleep 0.1; kill -STOP %1; kill -CONT %1; kill %1; wait %1; test $? = 143'
      """, succeeds: true)
  }

  @Test(.enabled(if: Landlock.version >= Landlock.firstWithScopes, "Landlock of Linux 6.12 or later"))
  func `it signals and traces no process outside`() throws {
    let program = try WalledProgram()
    try program.expect(
      """
      kill -0 \(getpid())
      kill -0 1
      kill -WINCH \(getpid())
      cat /proc/\(getpid())/environ
      readlink /proc/\(getpid())/cwd
      ls /proc/\(getpid())/root/
      """, succeeds: false)
    try program.expect("sleep 60 & kill $!", succeeds: true)
  }

  @Test func `it gains no rights, and as root has none to go around the walls`() throws {
    let program = try WalledProgram()
    let (_, output) = try program.run("grep -E 'NoNewPrivs|CapEff' /proc/self/status")
    #expect(output.contains("NoNewPrivs:\t1"))
    let set = output.split(separator: "\n").first { $0.hasPrefix("CapEff") }?.split(separator: "\t").last
    let capabilities = try #require(set.flatMap { UInt64($0, radix: 16) })
    // To administer the system and network, load modules, read raw memory, trace, make devices.
    for number in [2, 12, 16, 17, 19, 21, 27] { #expect(capabilities >> number & 1 == 0, "\(number)") }
    try program.expect("mount -t tmpfs none work", succeeds: false)
  }

  @Test func `a program that cannot be started is an error that names it`() throws {
    let program = try WalledProgram()
    #expect {
      try Supervisor.spawn(["/nowhere/program"], inputPath: "/dev/null", program.sandbox)
    } throws: {
      "\($0)".contains("starting /nowhere/program: No such file")
    }
  }

  @Test func `walls survive the way through a command line`() {
    let rules = SandboxRules(write: ["/a=b", "/c"], hidden: ["/d"], network: .hosts(["e:1", "*.f"]))
    for network in [rules.network, .open, .loopback] {
      let rules = SandboxRules(write: rules.write, hidden: rules.hidden, network: network)
      for sandbox in [
        Sandbox(bwrap: "/usr/bin/bwrap", landlock: true, rules: rules),
        Sandbox(bwrap: nil, landlock: false, rules: rules),
      ] {
        #expect(Sandbox(words: sandbox.words) == sandbox)
      }
    }
    #expect(Sandbox(words: ["wriet=/a"]) == nil)
  }
}

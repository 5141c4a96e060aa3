import Foundation
import PairCore
import TestSupport
import Testing

@testable import AgentRuns
@testable import Host

/// Programs that do not want to end with their run, supervised by the real program.
@Suite struct SurvivorTests {
  private static let supervisor = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("bpsai-pair").path
  private let scratch: ScratchFolder
  /// No other process on this machine has it among its arguments.
  private let number = "\(Int.random(in: 100_000...999_999)).\(Int.random(in: 100_000...999_999))"
  private let run = "survivors-\(UUID().uuidString.prefix(8))"

  init() throws {
    scratch = try ScratchFolder()
    try scratch.write("out/.keep", "")
    try scratch.write("work/.keep", "")
    try scratch.write(
      "work/daemon", "#!/bin/sh\n[ -z \"$2\" ] && exec setsid \"$0\" $1 1 &\n[ -n \"$2\" ] && sleep $1 &\n",
      executable: true)
    // Forks and ends, hundreds of times a second, for twenty seconds at most.
    try scratch.write(
      "work/chain",
      """
      import os, sys, time
      end = time.time() + 20
      while time.time() < end:
        if os.fork(): os._exit(0)
        os.setsid()
      """)
  }

  private var survivors: [Int32] {
    ProcessRecord.all().values.filter { process in
      process.file("cmdline")?.split(separator: 0).contains { $0.elementsEqual(number.utf8) } == true
    }.map(\.id)
  }

  private func child(_ script: String) -> ChildProcess {
    ChildProcess(
      supervisor: Self.supervisor, program: "/bin/sh",
      arguments: ["-c", script.replacingOccurrences(of: "NUMBER", with: number)],
      environment: scratch.environment.merging([ProcessTraces.variable: run]) { $1 },
      folder: scratch.path + "/work", inputPath: "/dev/null", outputPath: scratch.path + "/out/out",
      errorPath: scratch.path + "/out/err")
  }

  private static let kills = [
    "env -i setsid sleep NUMBER & kill -9 $PPID; exec sleep NUMBER",
    "(cd /; env -i setsid sleep NUMBER &) ; kill -9 $PPID",
    "./daemon NUMBER; sleep 0.2; kill -9 $PPID; exec sleep NUMBER",
    "trap '' INT TERM HUP; kill -9 $PPID; while :; do sh -c 'sleep 1' NUMBER; done",
    "nohup setsid python3 chain NUMBER & sleep 0.2; kill -9 $PPID; exec sleep NUMBER",
    "cd /; env -i setsid sh -c 'sleep NUMBER & sleep NUMBER' & sleep 0.1; kill -9 $PPID",
  ]

  @Test(arguments: kills)
  func `what killed its supervisor ends`(_ script: String) async throws {
    let end = try await child(script).run(limit: .seconds(600), effects: .open)
    #expect(end.stop == .unsupervised)
    #expect(survivors == [])
  }

  @Test(arguments: [
    "", "env -i setsid sleep NUMBER & ", "cd /; env -i setsid sleep NUMBER & ", "trap '' INT TERM; ",
  ])
  func `what stopped its supervisor ends, long before its time is up`(_ script: String) async throws {
    let end = try await child(script + "kill -STOP $PPID; sleep NUMBER").run(
      limit: .seconds(600), effects: .open)
    #expect(end.stop == .unsupervised)
    #expect(survivors == [])
  }

  @Test(arguments: [
    "env -i setsid sleep NUMBER &", "./daemon NUMBER &",
    "cd /; nohup setsid python3 work/chain NUMBER & sleep 0.2",
    "cd work; nohup setsid python3 chain NUMBER & sleep 0.2",
  ])
  func `what a program leaves behind that ends well ends, too`(_ script: String) async throws {
    let end = try await child(script).run(limit: .seconds(600), effects: .open)
    #expect(end.stop == nil)
    #expect(end.exit == .exited(0))
    #expect(survivors == [])
  }

  private static let hasGroups: Bool = {
    let group = ControlGroup.make(for: "probe")
    group?.end()
    return group != nil
  }()

  @Test(.enabled(if: hasGroups))
  func `what lost every trace does not leave its control group, which is removed`() async throws {
    let end = try await child("ulimit -x 1000; cd /; env -i setsid sleep NUMBER & sleep 0.1; kill -9 $PPID")
      .run(limit: .seconds(600), effects: .open)
    #expect(end.stop == .unsupervised)
    #expect(survivors == [])
    let groups = try Invocation.run(
      "/bin/sh", ["-c", "find /sys/fs/cgroup -name 'bpsai-pair.\(run).*'"], in: "/",
      environment: scratch.environment)
    #expect(groups.output == "")
  }

  /// As a later run finds it, which knows nothing but the run's id and its folders.
  @Test(arguments: [
    // The mark, the stamp, the folder, and again the stamp.
    "setsid sleep NUMBER &", "env -i setsid sh -c 'cd /; sleep NUMBER' &",
    "env -i setsid sh -c 'ulimit -x 1000; sleep NUMBER' &",
    "ulimit -S -x 1; cd /; env -i setsid sleep NUMBER &",
  ])
  func `each trace is enough to find it`(_ script: String) throws {
    let since = Machine.now
    try supervisedAndKilled(script)
    #expect(!survivors.isEmpty)
    #expect(ProcessTraces(of: run + "0", in: [scratch.path + "/out"], since: since).killAll() == 0)
    #expect(!survivors.isEmpty)
    #expect(ProcessTraces(of: run, in: [scratch.path + "/work"], since: since).killAll() >= 1)
    #expect(survivors == [])
  }

  /// Runs `script` under a supervisor that is killed before anything could be cleaned up, in no control group.
  private func supervisedAndKilled(_ script: String) throws {
    let script = script.replacingOccurrences(of: "NUMBER", with: number)
    try scratch.write("script", "\(script) sleep 0.3; kill -9 $PPID\n")
    let line =
      "'\(Self.supervisor)' supervise /dev/null --mark \(run) -- /bin/sh ../script < <(exec sleep 30); s=$?; kill $!; exit $s"
    let ended = try Invocation.run(
      "/bin/bash", ["-c", line], in: scratch.path + "/work",
      environment: scratch.environment.merging([ProcessTraces.variable: run]) { $1 })
    #expect(ended.status == 137)
  }
}

import Foundation
import Host
import TestSupport
import Testing

/// The small process beside every agent: `bpsai-pair supervise`.
@Suite struct SupervisorTests {
  private let folder: ScratchFolder
  private let program: String

  init() throws {
    folder = try ScratchFolder()
    program = SupervisorTests.builtProgram
  }

  /// The binary that is built beside the tests.
  private static let builtProgram = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent(".build/debug/bpsai-pair").path

  /// Supervises `script`, with a lifeline that is cut after `lifeInSeconds`.
  private func supervise(
    _ script: String, within wall: WallKind, lifeInSeconds: Double = 30
  ) throws -> Invocation {
    let options = wall.sandbox(SandboxRules(write: [folder.path]))?.options ?? []
    try folder.write("script.sh", script)
    try folder.write("input", "from the file\n")
    // `sleep` holds the other end of the pipe, and is ended as soon as the supervisor has ended.
    let line = """
      mkfifo lifeline
      sleep \(lifeInSeconds) >lifeline &
      '\(program)' supervise input \(options.joined(separator: " ")) -- /bin/sh script.sh <lifeline
      status=$?
      kill -KILL %1 2>/dev/null
      exit $status
      """
    try folder.write("run.sh", line)
    return try Invocation.run(
      "/bin/bash", ["run.sh"], in: folder.path, environment: folder.environment, limit: 60)
  }

  static let walls = [WallKind.none] + WallKind.real

  @Test(arguments: [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)], walls)
  func `the program's status is the supervisor's`(_ end: (script: String, status: Int32), _ wall: WallKind)
    throws
  {
    #expect(try supervise(end.script + "\n", within: wall).status == end.status)
  }

  @Test(arguments: walls)
  func `the program reads its input from the file, not from the lifeline`(_ wall: WallKind) throws {
    #expect(try supervise("cat\n", within: wall).output == "from the file\n")
  }

  @Test(arguments: walls)
  func `what the program leaves behind in a session of its own is gone`(_ wall: WallKind) throws {
    let script = """
      setsid sh -c 'echo $$ > escaped.pid; sleep 300' &
      (env -i setsid sh -c 'cd /; (sleep 300 & echo $! > '$PWD'/forked.pid; wait)' &)
      sleep 0.3; exit 3

      """
    let run = try supervise(script, within: wall)
    #expect(run.status == 3)
    #expect(try isGone("escaped.pid"))
    #expect(try isGone("forked.pid"))
  }

  @Test(arguments: walls)
  func `when the lifeline is cut, the program and its children end`(_ wall: WallKind) throws {
    let run = try supervise(
      "echo $$ > leader.pid; sh -c 'echo $$ > child.pid; exec sleep 300'\n", within: wall, lifeInSeconds: 0.5)
    #expect(run.status == 130)
    #expect(try isGone("leader.pid"))
    #expect(try isGone("child.pid"))
  }

  @Test(arguments: walls)
  func `a program ends at an interrupt in its own time`(_ wall: WallKind) throws {
    let run = try supervise(
      "trap 'sleep 0.5; echo done; exit 5' INT; sleep 300 & wait\n", within: wall, lifeInSeconds: 0.5)
    #expect(run.status == 5)
    #expect(run.output == "done\n")
  }

  @Test(arguments: walls)
  func `a program that ignores an interrupt is terminated`(_ wall: WallKind) throws {
    let run = try supervise(
      "trap '' INT; echo $$ > leader.pid; sleep 300\n", within: wall, lifeInSeconds: 0.5)
    #expect(run.status == 143)
    #expect(try isGone("leader.pid"))
  }

  @Test(arguments: walls)
  func `a program that is not there is an error`(_ wall: WallKind) throws {
    let options = (wall.sandbox(SandboxRules(write: []))?.options ?? []).joined(separator: " ")
    let run = try Invocation.run(
      "/bin/bash", ["-c", "sleep 0.2 | '\(program)' supervise /dev/null \(options) -- /no/such/program"],
      in: folder.path, environment: folder.environment)
    #expect(run.status == 70)
    #expect(run.errors.contains("starting /no/such/program"))
  }

  private func isGone(_ file: String) throws -> Bool {
    let text = try #require(folder.read(file)?.trimmingCharacters(in: .whitespacesAndNewlines))
    return kill(try #require(Int32(text)), 0) != 0
  }
}

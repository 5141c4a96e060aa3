import Foundation
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
  private func supervise(_ script: String, lifeInSeconds: Double = 30) throws -> Invocation {
    try folder.write("script.sh", script)
    try folder.write("input", "from the file\n")
    // `sleep` holds the other end of the pipe, and is ended as soon as the supervisor has ended.
    let line = """
      mkfifo lifeline
      sleep \(lifeInSeconds) >lifeline &
      '\(program)' supervise input -- /bin/sh script.sh <lifeline
      status=$?
      kill -KILL %1 2>/dev/null
      exit $status
      """
    try folder.write("run.sh", line)
    return try Invocation.run(
      "/bin/bash", ["run.sh"], in: folder.path, environment: folder.environment, limit: 60)
  }

  @Test(arguments: [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)])
  func `the program's status is the supervisor's`(_ script: String, _ status: Int32) throws {
    #expect(try supervise(script + "\n").status == status)
  }

  @Test func `the program reads its input from the file, not from the lifeline`() throws {
    #expect(try supervise("cat\n").output == "from the file\n")
  }

  @Test func `what the program leaves behind in a session of its own is gone`() throws {
    let run = try supervise("setsid sh -c 'echo $$ > escaped.pid; sleep 300' & sleep 0.3; exit 3\n")
    #expect(run.status == 3)
    #expect(try isGone("escaped.pid"))
  }

  @Test func `when the lifeline is cut, the program and its children end`() throws {
    let run = try supervise(
      "echo $$ > leader.pid; sh -c 'echo $$ > child.pid; exec sleep 300'\n", lifeInSeconds: 0.5)
    #expect(run.status == 130)
    #expect(try isGone("leader.pid"))
    #expect(try isGone("child.pid"))
  }

  @Test func `a program that ignores an interrupt is terminated`() throws {
    let run = try supervise("trap '' INT; echo $$ > leader.pid; sleep 300\n", lifeInSeconds: 0.3)
    #expect(run.status == 143)
    #expect(try isGone("leader.pid"))
  }

  @Test func `a program that is not there is an error`() throws {
    let run = try Invocation.run(
      "/bin/bash", ["-c", "sleep 0.2 | '\(program)' supervise /dev/null -- /no/such/program"],
      in: folder.path, environment: folder.environment)
    #expect(run.status == 70)
    #expect(run.errors.contains("starting /no/such/program"))
  }

  private func isGone(_ file: String) throws -> Bool {
    let text = try #require(folder.read(file)?.trimmingCharacters(in: .whitespacesAndNewlines))
    return kill(try #require(Int32(text)), 0) != 0
  }
}

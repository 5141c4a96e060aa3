import Foundation
import TestSupport
import Testing

/// `sh ci/generic.sh SPRINT`, on runners that are thrown away, with a bare repository as the remote.
@Suite struct CIStepTests {
  private static let script = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("ci/generic.sh").path

  private static let greet = TaskText("TASK-1", recipe: "echo hi > a.txt", fields: ["sprint: sprint-6"])
  private static let fail = TaskText("TASK-2", recipe: "exit 3", fields: ["sprint: sprint-6"])

  /// A remote with `tasks` in its main branch.
  private let remote: ScratchRepository

  init() throws {
    remote = try ScratchRepository(bare: true)
  }

  private func publish(_ tasks: TaskText...) throws {
    let author = try ScratchRepository()
    for task in tasks { try author.write(task.path, task.text) }
    try author.commit("Start")
    try author.git(["push", "--quiet", remote.path, "HEAD:refs/heads/main"])
  }

  /// A fresh clone, as a CI system makes one.
  private func runner() throws -> ScratchRepository {
    let runner = try ScratchRepository()
    try runner.git(["remote", "add", "origin", remote.path])
    try runner.git(["fetch", "--quiet", "origin"])
    try runner.git(["checkout", "--quiet", "--detach", "origin/main"])
    return runner
  }

  private func step(
    on runner: ScratchRepository, environment more: [String: String] = [:]
  ) throws -> Invocation {
    let before = try runner.userState()
    let environment = ["BPSAI_PAIR": Pair.program, "BPSAI_PAIR_TRUST_FROM": "origin/main"]
    let run = try Invocation.run(
      "/bin/sh", [CIStepTests.script, "sprint-6"], in: runner.path,
      environment: runner.scratch.environment.merging(environment) { $1 }.merging(more) { $1 })
    try runner.expectUserState(before)
    return run
  }

  @Test func `results outlive the runner, and the next one builds on them`() throws {
    try publish(CIStepTests.greet)
    let first = try step(on: runner())
    #expect(first.status == 0, "\(first)")
    #expect(try remote.text(of: "a.txt", at: "paircoder/TASK-1") == "hi")
    #expect(try remote.logged("Event", of: "TASK-1") == ["claimed", "started", "committed"])
    #expect(try remote.hasRef("refs/notes/paircoder"))

    let second = try step(on: runner())
    #expect(second.status == 0, "\(second)")
    #expect(second.output.contains("TASK-1: nothing to do"))
    #expect(try remote.logged("Event", of: "TASK-1") == ["claimed", "started", "committed"])
  }

  @Test func `a failed task fails the step, and what succeeded is published`() throws {
    try publish(CIStepTests.greet, CIStepTests.fail)
    let run = try step(on: runner())
    #expect(run.status == 1, "\(run)")
    #expect(try remote.hasBranch(of: "TASK-1"))
    #expect(try !remote.hasBranch(of: "TASK-2"))
    #expect(try remote.logged("Failure", of: "TASK-2") == ["crashed"])
  }

  @Test func `a recipe that is not on the trusted branch does not run`() throws {
    try publish(CIStepTests.greet)
    let runner = try runner()
    try runner.write(
      CIStepTests.greet.path, CIStepTests.greet.text.replacingOccurrences(of: "echo hi", with: "echo bad"))
    try runner.commit("A head under review")
    let run = try step(on: runner)
    #expect(run.status == 77)
    #expect(run.output.contains("TASK-1: failed: TASK-1 brings a recipe that has not been approved"))
    #expect(try !remote.hasBranch(of: "TASK-1"))
  }

  @Test func `results that cannot be published fail the step`() throws {
    try publish(CIStepTests.greet)
    try remote.git(["config", "receive.denyUpdates", "true"])
    try remote.scratch.write("repo/hooks/pre-receive", "#!/bin/sh\nexit 1\n", executable: true)
    let runner = try runner()
    let run = try step(on: runner)
    #expect(run.status == 1)
    #expect(run.errors.contains("could not be published"))
    // Nothing is lost: the same runner publishes it once it can.
    try FileManager.default.removeItem(atPath: remote.path + "/hooks/pre-receive")
    #expect(try step(on: runner).status == 0)
    #expect(try remote.hasBranch(of: "TASK-1"))
  }

  @Test func `a remote that cannot be reached stops before anything runs`() throws {
    try publish(CIStepTests.greet)
    let runner = try runner()
    try runner.git(["remote", "set-url", "origin", runner.scratch.path + "/gone"])
    let before = try runner.git(["for-each-ref"])
    let run = try step(on: runner)
    #expect(run.status == 1)
    #expect(run.errors.contains("nothing was run"))
    #expect(try runner.git(["for-each-ref"]) == before)
  }

  @Test func `snapshots stay on the runner`() throws {
    let ignoring = TaskText(
      "TASK-1", recipe: "echo '*.log' > .gitignore; echo x > debug.log", fields: ["sprint: sprint-6"])
    try publish(ignoring)
    let runner = try runner()
    _ = try step(on: runner)
    #expect(try !runner.snapshots(of: "TASK-1").isEmpty)
    #expect(try remote.snapshots(of: "TASK-1").isEmpty)
  }

  @Test func `a runner without an identity commits in one of its own`() throws {
    try publish(CIStepTests.greet)
    let runner = try runner()
    try runner.scratch.write("home/.gitconfig", "")
    let run = try step(on: runner)
    #expect(run.status == 0, "\(run)")
    #expect(
      try remote.git(["log", "-1", "--format=%ce", "paircoder/TASK-1"]) == "ci@bpsai-pair.invalid")
  }
}

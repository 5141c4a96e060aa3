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

  private let remote: ScratchRepository
  /// Where the remote's main branch is written.
  private let author: ScratchRepository

  init() throws {
    remote = try ScratchRepository(bare: true)
    author = try ScratchRepository()
  }

  /// Puts `tasks` onto the remote's main branch.
  private func publish(_ tasks: TaskText...) throws {
    for task in tasks { try author.write(task.path, task.text) }
    try author.commit("Write tasks")
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

  /// Moves a clone that was kept to what main holds now.
  private func update(_ runner: ScratchRepository) throws {
    try runner.git(["fetch", "--quiet", "origin"])
    try runner.git(["checkout", "--quiet", "--detach", "origin/main"])
  }

  /// A program that does what `bpsai-pair` does and, once the tasks are carried out, runs `script`.
  private func pair(on runner: ScratchRepository, then script: String) throws -> [String: String] {
    let path = "tmp/pair"
    try runner.scratch.write(
      path,
      """
      #!/bin/sh
      '\(Pair.program)' "$@"
      status=$?
      if [ "$1" = orchestrate ]; then
        export BPSAI_PAIR='\(Pair.program)'
        ( \(script) ) >&2
      fi
      exit $status
      """, executable: true)
    return ["BPSAI_PAIR": runner.scratch.path + "/" + path]
  }

  private func results(of task: String) throws -> [String] {
    try remote.git(["for-each-ref", "--format=%(objectname)", "refs/paircoder/results/\(task)"])
      .split(separator: "\n").map(String.init)
  }

  private func branch(of task: String, in repository: ScratchRepository) throws -> String {
    try repository.git(["rev-parse", "refs/heads/paircoder/\(task)"])
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
    // Nothing is lost: the same runner publishes it once it can, and when its branches were deleted, as
    // actions/checkout does in a clone that was kept.
    let result = try branch(of: "TASK-1", in: runner)
    try runner.git(["branch", "--quiet", "-D", "paircoder/TASK-1"])
    try FileManager.default.removeItem(atPath: remote.path + "/hooks/pre-receive")
    #expect(try step(on: runner).status == 0)
    #expect(try branch(of: "TASK-1", in: remote) == result)
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

  @Test func `without a sprint the step says how it is used`() throws {
    let runner = try ScratchRepository()
    let run = try Invocation.run(
      "/bin/sh", [CIStepTests.script], in: runner.path, environment: runner.scratch.environment)
    #expect(run.status == 64)
    #expect(run.errors == "usage: sh ci/generic.sh SPRINT\n")
  }
}

// MARK: - Several runners

extension CIStepTests {
  private static let greetAgain = TaskText("TASK-1", recipe: "echo ho > a.txt", fields: ["sprint: sprint-6"])
  private static let other = TaskText("TASK-3", recipe: "echo hi > c.txt", fields: ["sprint: sprint-6"])

  @Test func `a new result replaces the published one, which stays reachable on the remote`() throws {
    try publish(CIStepTests.greet)
    let first = try runner()
    #expect(try step(on: first).status == 0)
    let replaced = try branch(of: "TASK-1", in: remote)

    try publish(CIStepTests.greetAgain)
    let second = try runner()
    let run = try step(on: second)
    #expect(run.status == 0, "\(run)")
    #expect(try remote.text(of: "a.txt", at: "paircoder/TASK-1") == "ho")
    #expect(try branch(of: "TASK-1", in: remote) == branch(of: "TASK-1", in: second))
    #expect(try results(of: "TASK-1") == [replaced])
    #expect(try remote.snapshots(of: "TASK-1").isEmpty)

    // The clone of the first result is not stuck, and keeps nothing that the remote has.
    try update(first)
    let third = try step(on: first)
    #expect(third.status == 0, "\(third)")
    #expect(third.output.contains("TASK-1: nothing to do"))
    #expect(try branch(of: "TASK-1", in: remote) == branch(of: "TASK-1", in: first))
    #expect(try first.snapshots(of: "TASK-1").isEmpty)
  }

  @Test func `of two results at once one is published, and nothing beside it; the other is kept`() throws {
    try publish(CIStepTests.greet)
    let rival = try runner()
    try publish(CIStepTests.other)
    let loser = try runner()
    let environment = try pair(on: loser, then: "cd '\(rival.path)' && sh '\(CIStepTests.script)' sprint-6")
    let run = try step(on: loser, environment: environment)
    #expect(run.status == 1, "\(run)")
    #expect(run.errors.contains("another runner published TASK-1 meanwhile"))
    let won = try branch(of: "TASK-1", in: rival)
    let lost = try branch(of: "TASK-1", in: loser)
    #expect(try branch(of: "TASK-1", in: remote) == won)
    #expect(try !remote.hasBranch(of: "TASK-3"))
    #expect(try !remote.hasRef("refs/paircoder/tasks/TASK-3"))

    let next = try step(on: loser)
    #expect(next.status == 0, "\(next)")
    #expect(next.errors.contains("TASK-1 was changed here and on origin"))
    #expect(try branch(of: "TASK-1", in: loser) == won)
    #expect(try branch(of: "TASK-1", in: remote) == won)
    #expect(try remote.hasBranch(of: "TASK-3"))
    #expect(try results(of: "TASK-1").contains(lost))
  }

  @Test func `a runner that publishes other tasks meanwhile is no obstacle, not even for the notes`() throws {
    try publish(CIStepTests.other)
    let rival = try runner()
    try author.git(["rm", "--quiet", CIStepTests.other.path])
    try publish(CIStepTests.greet)
    let runner = try runner()
    let environment = try pair(
      on: runner, then: "cd '\(rival.path)' && sh '\(CIStepTests.script)' sprint-6")
    let run = try step(on: runner, environment: environment)
    #expect(run.status == 0, "\(run)")
    for task in ["TASK-1", "TASK-3"] {
      #expect(try remote.hasBranch(of: task))
      #expect(try remote.runGit(["notes", "--ref=paircoder", "show", "paircoder/\(task)"]).status == 0)
    }
  }

  @Test func `notes that cannot be published do not fail the step`() throws {
    try publish(CIStepTests.greet)
    try remote.scratch.write(
      "repo/hooks/update", "#!/bin/sh\ncase $1 in refs/notes/*) exit 1 ;; esac\n", executable: true)
    let run = try step(on: runner())
    #expect(run.status == 0, "\(run)")
    #expect(run.errors.contains("the notes could not be published"))
    #expect(try remote.hasBranch(of: "TASK-1"))
  }

  @Test func `commits that somebody put on a result's branch are not lost`() throws {
    try publish(CIStepTests.greet)
    #expect(try step(on: runner()).status == 0)
    try publish(CIStepTests.greetAgain)
    let runner = try runner()
    let environment = try pair(
      on: runner,
      then: """
        cd '\(author.path)' && git fetch -q '\(remote.path)' paircoder/TASK-1 && git checkout -q FETCH_HEAD &&
        git commit -q --allow-empty -m 'Mend it' && git push -q '\(remote.path)' HEAD:paircoder/TASK-1
        """)
    let run = try step(on: runner, environment: environment)
    #expect(run.status == 1, "\(run)")
    #expect(run.errors.contains("somebody moved the branch paircoder/TASK-1 on origin"))
    let theirs = try author.git(["rev-parse", "HEAD"])
    #expect(try branch(of: "TASK-1", in: remote) == theirs)

    let next = try step(on: runner)
    #expect(next.status == 0, "\(next)")
    #expect(try branch(of: "TASK-1", in: remote) == branch(of: "TASK-1", in: runner))
    #expect(try results(of: "TASK-1").contains(theirs))
  }

  @Test func `a result that somebody built on is not put back by a log that is ahead`() throws {
    try publish(CIStepTests.greet)
    let runner = try runner()
    #expect(try step(on: runner).status == 0)
    let result = try branch(of: "TASK-1", in: remote)
    let mended = try remote.git(["commit-tree", "-p", result, "-m", "Mend it", result + "^{tree}"])
    try remote.git(["update-ref", "refs/heads/paircoder/TASK-1", mended])
    let log = "refs/paircoder/tasks/TASK-1"
    let event = try runner.git(["log", "-1", "--format=%B", log])
    try runner.git([
      "update-ref", log, try runner.git(["commit-tree", "-p", log, "-m", event, log + "^{tree}"]),
    ])

    let run = try step(on: runner)
    #expect(run.status == 0, "\(run)")
    #expect(try remote.git(["rev-parse", log]) == runner.git(["rev-parse", log]))
    #expect(try branch(of: "TASK-1", in: remote) == mended)
  }
}

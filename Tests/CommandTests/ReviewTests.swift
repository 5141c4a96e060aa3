import Foundation
import TestSupport
import Testing

@Suite struct ReviewTests {
  private let declaring = "## Files to Create\n- `%`\n"

  /// Runs `recipe` for a task that declares `declared`.
  private func result(of recipe: String, declaring declared: String? = nil) throws -> ScratchRepository {
    let body = declared.map { declaring.replacingOccurrences(of: "%", with: $0) } ?? ""
    let repository = try ScratchRepository.trusting(TaskText("TASK-1", recipe: recipe, body: body))
    try repository.pair("orchestrate", "--task", "TASK-1")
    return repository
  }

  @Test(arguments: ["Makefile", ".github/workflows/ci.yml", "hooks/post-commit", "src/.gitattributes"])
  func `a protected path that the task does not declare blocks`(path: String) throws {
    let repository = try result(of: "mkdir -p \"$(dirname \(path))\"; echo x > \(path)")
    let review = try repository.pair("review", "TASK-1", ends: 1)
    #expect(review.output.contains("\n  block: \(path): protected path, not declared by the task\n"))
    #expect(review.output.hasSuffix("The review blocks.\n"))
    #expect(
      try repository.git(["log", "-1", "--format=%s", "refs/paircoder/tasks/TASK-1"])
        == "TASK-1: review blocks with one finding")
  }

  @Test func `a protected path that the task declares is noted`() throws {
    let repository = try result(of: "echo x > Makefile", declaring: "Makefile")
    let review = try repository.pair("review", "TASK-1")
    #expect(
      review.output.hasSuffix(
        "\n  note: Makefile: protected path, changed as the task declares\nNothing blocks.\n"))
  }

  @Test func `a review that only runs checks can be stopped`() throws {
    let repository = try ScratchRepository.trusting(TaskText("TASK-1", recipe: "echo x > a.txt"))
    try repository.write(
      ".paircoder/config.yaml",
      """
      orchestrate:
        checks:
          - {name: slow, run: '[ -z "${PAIRCODER_TEST_STARTED:-}" ] || { touch "$PAIRCODER_TEST_STARTED"; sleep 60; }'}

      """)
    try repository.commit("Checks")
    try repository.pair("trust", "checks")
    try repository.pair("orchestrate", "--task", "TASK-1")
    let marker = repository.scratch.path + "/started"
    let review = try repository.startPair("review", "TASK-1", environment: ["PAIRCODER_TEST_STARTED": marker])
    try wait { repository.scratch.exists("started") }
    let cancelled = try repository.pair("cancel", "TASK-1")
    #expect(cancelled.output == "TASK-1: its review is stopped; its result is as it was\n")
    let ended = try review.wait()
    #expect(
      ended.status == 1 && ended.errors.contains("error: the review of TASK-1 was cancelled\n"), "\(ended)")
    #expect(try repository.logged("Event", of: "TASK-1").suffix(2) == ["committed", "review-broke-off"])
    try repository.pair("cancel", "TASK-1", ends: 64)
    try repository.pair("review", "TASK-1")
  }

  @Test func `a path out of scope is noted`() throws {
    let repository = try result(of: "echo x > b.txt; mkdir src; echo y > src/a.txt", declaring: "src/a.txt")
    let review = try repository.pair("review", "TASK-1")
    #expect(
      review.output.hasSuffix(
        "\n  note: b.txt: not among the files that the task declares\nNothing blocks.\n"))
  }

  @Test func `the same in JSON`() throws {
    let repository = try result(of: "echo x > Makefile")
    let record = try JSON(repository.pair("review", "TASK-1", "--json", ends: 1).output)
    #expect(record["findings"].list.map { $0["path"].text } == ["Makefile"])
  }

  @Test func `a result that holds a credential is refused, and kept`() throws {
    // Put together here, so that no line of this file looks like one.
    let parts = ["gh", "p_" + String(repeating: "a1B2", count: 9)]
    let token = parts.joined()
    let repository = try ScratchRepository.trusting(
      TaskText("TASK-1", recipe: "printf '%s%s\\n' \(parts[0]) \(parts[1]) > settings.txt"))
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    #expect(
      run.output.hasPrefix(
        "TASK-1: recipe failed (out-of-scope): settings.txt: looks like a GitHub token\n  refuse: settings.txt:1: "
      ))
    #expect(!(run.output + run.errors).contains(token))
    #expect(try !repository.hasBranch(of: "TASK-1"))
    let kept = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/settings.txt", at: kept) == token)
    let log = try repository.git(["log", "-p", "refs/paircoder/tasks/TASK-1"])
    #expect(!log.contains(token))
  }

  @Test func `a task without a result has nothing to review or discard`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: "Greet."))
    let review = try repository.pair("review", "TASK-1", ends: 64, touching: .leases)
    #expect(
      review.errors == """
        error: TASK-1 has no result to review
        hint: Its state is 'pending'. Run it: bpsai-pair orchestrate --task TASK-1

        """)
    let discard = try repository.pair("discard", "TASK-1", ends: 64, touching: .leases)
    #expect(
      discard.errors == """
        error: TASK-1 has no result branch to discard (paircoder/TASK-1)
        hint: 'bpsai-pair status' shows which tasks have one.

        """)
  }

  @Test func `a result that is checked out is not discarded`() throws {
    let repository = try result(of: "echo x > b.txt")
    try repository.git(["switch", "--quiet", "paircoder/TASK-1"])
    let run = try repository.pair("discard", "TASK-1", ends: 78, touching: .leases)
    #expect(run.errors.hasPrefix("error: a worktree stands on paircoder/TASK-1\nhint: "))
  }

  @Test func `nor is one that another worktree stands on, and no run moves it`() throws {
    let repository = try result(of: "echo x > b.txt")
    try repository.git(["worktree", "add", "--quiet", "../other", "paircoder/TASK-1"])
    let tip = try repository.git(["rev-parse", "paircoder/TASK-1"])
    try repository.pair("discard", "TASK-1", ends: 78, touching: .leases)
    let run = try repository.pair("orchestrate", "--task", "TASK-1", "--again", ends: 78)
    #expect(run.errors.contains("error: a worktree stands on paircoder/TASK-1\n"))
    #expect(try repository.git(["rev-parse", "paircoder/TASK-1"]) == tip)
    #expect(try repository.git(["-C", "../other", "status", "--porcelain"]) == "")
  }
}

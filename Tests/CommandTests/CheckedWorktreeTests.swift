import Foundation
import TestSupport
import Testing

/// Runs, reviews and integrations check in worktrees that are set up alike.
@Suite struct CheckedWorktreeTests {
  /// The check passes where set-up has run, the user's file was copied, and the processes are marked.
  private static let config = """
    orchestrate:
      worktrees:
        setup:
          - {name: deps, run: "mkdir -p deps && echo made > deps/made"}
      checks:
        - {name: tests, run: "test -e deps/made && test -e .env && test -n \\"$PAIRCODER_RUN\\" && sh check.sh"}

    """

  private func repository(check: String = "exit 0") throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    let task = TaskText("TASK-1", recipe: "echo hello > hello.txt", fields: ["sprint: sprint-6"])
    try repository.write(task.path, task.text)
    try repository.write(".gitignore", "deps/\n.env\n")
    try repository.write(".worktreeinclude", ".env\n")
    try repository.write("check.sh", check + "\n")
    try repository.write(".paircoder/config.yaml", Self.config)
    try repository.commit("Project")
    try repository.write(".env", "SETTING=1\n")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    return repository
  }

  @Test func `a review passes a result whose checks need set-up and the user's files`() throws {
    let repository = try repository()
    try repository.pair("orchestrate", "--task", "TASK-1")
    let review = try repository.pair("review", "TASK-1")
    #expect(review.output.hasSuffix("  passed: tests\nNothing blocks.\n"))
    #expect(review.errors.contains("  set-up: deps\n"))
    #expect(try repository.hasNoWorktreeInUse())
  }

  @Test func `the checks of an integration can be cancelled by the task`() throws {
    let repository = try repository(
      check: "[ -z \"$PAIRCODER_TEST_CHECK\" ] || { echo $$ > \"$PAIRCODER_TEST_CHECK\"; exec sleep 60; }")
    try repository.pair("orchestrate", "--task", "TASK-1")
    let run = try repository.startPair(
      "integrate", "--plan", "sprint-6",
      environment: ["PAIRCODER_TEST_CHECK": repository.scratch.path + "/check"])
    try wait { repository.scratch.read("check")?.hasSuffix("\n") == true }
    let cancelled = try repository.pair("cancel", "TASK-1")
    #expect(cancelled.output == "TASK-1: the integration that checked its result is stopped\n")
    let ended = try run.wait()
    #expect(ended.status == 1, "\(ended)")
    #expect(ended.errors.contains("error: the integration of sprint-6 was cancelled while it ran the checks"))
    #expect(try repository.hasNoWorktreeInUse())
    let again = try repository.pair("integrate", "--plan", "sprint-6")
    #expect(again.output.contains("paircoder/_plan/sprint-6"))
    try repository.pair("cancel", "TASK-1", ends: 64, touching: .nothing)
  }
}

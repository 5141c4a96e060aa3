import Git
import PairCore
import Testing

@testable import TaskFiles

@Suite struct HandoffFrontMatterTests {
  @Test(
    arguments: [
      "plain", "a\"b\\c'd", "x\n---\nstate: committed", "\u{9b}31m\u{7f}\0", "# no: comment", "{[&*!|>%@`",
      "é 👍 \u{85}",
      "\u{2028}", "",
    ])
  func `the front matter is YAML, whatever the task and the agent are called`(_ hostile: String) throws {
    let task = AgentTask(
      id: try TaskID("T-1"), title: hostile, source: TaskSource(path: hostile, blob: .ofBlob([])),
      text: hostile)
    let run = RunID(start: Timestamp(secondsSince1970: 0), random: 1)
    let assignment = Assignment(
      task: task, run: run, agent: AgentName(hostile), mode: .auto, base: .ofBlob([]),
      branch: .result(of: task.id), estimatedTokens: 0, estimatedCostInUSD: 0, maxCostInUSD: nil,
      prompt: Prompt(text: ""))
    var report = AgentReport()
    report.take(.started(session: hostile, model: hostile, permissionMode: nil))
    report.take(.message(hostile))
    let outcome = RunOutcome(
      run: run, agent: assignment.agent, mode: .auto, end: .failed(Failure(.crashed, hostile)),
      changedPaths: [hostile], report: report, costInUSD: 0, durationInSeconds: 0)
    let note = HandoffNote(
      assignment: assignment, outcome: outcome, criteria: [], checks: [], spentInUSD: 0,
      redaction: Redaction()
    )
    .text
    let parts = note.split(separator: "---\n", maxSplits: 2, omittingEmptySubsequences: false)
    let node = try #require(try YAMLNode.parse(Array(parts[1].utf8), path: "handoff.md"))
    #expect(try node.string("state") == "failed")
    #expect(try node.string("task") == "T-1")
    #expect(try node.requireMapping("a note").map(\.key).suffix(3) == ["failure", "session", "model"])
  }
}

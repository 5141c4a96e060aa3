import Git
import Ledger
import PairCore
@testable import Pipeline
import TaskFiles
import TestSupport
import Testing

/// What was decided before another process made a result.
@Suite struct MadeMeanwhileTests {
  private let repository: ScratchRepository
  private let id: TaskID
  private let user = Signature(
    name: "Ada", email: "ada@example.com", time: Timestamp(secondsSince1970: 1_700_000_000))

  init() throws {
    repository = try ScratchRepository()
    try repository.write(".paircoder/tasks/TASK-1.task.md", "---\nid: TASK-1\ntitle: Greet\n---\n\nGreet.\n")
    try repository.commit()
    id = try TaskID("TASK-1")
  }

  private func say(
    _ kind: TaskEvent.Kind, _ change: (inout TaskEvent.Details) -> Void,
    to workspace: Workspace
  ) throws {
    var details = TaskEvent.Details()
    change(&details)
    try TaskLog(id).append(to: workspace.repository, by: user) { _ in
      TaskEvent(kind, id, "It is \(kind.rawValue)", details)
    }
  }

  @Test func `a result that was made since the decision is not made twice`() throws {
    let workspace = try Workspace(.of(repository))
    let task = try workspace.settings().library.task(id)
    let head = try #require(try workspace.repository.head().commit)
    let commit = { (details: inout TaskEvent.Details) in
      details.commit = head
      details.text = task.source.blob
    }
    func reason(_ routed: RoutedTask) throws -> String? {
      try RunNeed(workspace).reasonMadeMeanwhile(routed, TaskRecord(of: id, in: workspace))
    }
    let first = try TaskRouter(workspace).decide(task, .init(again: true))
    #expect(try reason(first) == nil)
    try say(.failed, { $0.text = task.source.blob }, to: workspace)
    #expect(try reason(first) == nil)
    try say(.committed, commit, to: workspace)
    #expect(try reason(first)?.contains("another process has made its result") == true)
    // What was known when it was decided keeps nobody from running it again.
    let second = try TaskRouter(workspace).decide(task, .init(again: true))
    #expect(try reason(second) == nil)
    try say(.claimed, { $0.text = task.source.blob }, to: workspace)
    #expect(try reason(second) == nil)
    // A result of another text is none of this one.
    try say(
      .committed,
      {
        $0.commit = head; $0.text = .ofBlob([])
      }, to: workspace)
    #expect(try reason(second) == nil)
  }
}

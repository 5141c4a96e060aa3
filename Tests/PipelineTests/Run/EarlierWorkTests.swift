import Git
import PairCore
import Testing

@testable import Pipeline

/// What there is to go on with, by histories of each kind.
@Suite(.serialized) struct EarlierWorkTests {
  let story: Story

  init() throws { story = try Story() }

  private func lastWork() throws -> EarlierWork? {
    try story.record.lastWork(tip: ResultBranch(of: story.id, in: story.workspace).tip())
  }

  private func snapshot(_ run: Int) throws -> (ref: String, commit: ObjectID) {
    let ref = "refs/paircoder/snapshots/T-1/\(story.run(run))"
    let commit = try story.commit(["left.txt": "\(run)\n"])
    try story.repository.swapRef(ref, from: nil, to: commit, because: "test")
    return (ref, commit)
  }

  private func fail(in run: Int, _ kind: TaskEvent.Kind = .failed, keeping ref: String? = nil) throws {
    try story.claim(in: run)
    try story.say(kind, in: run) { details in
      details.agent = .claudeCode
      details.failure = .timedOut
      details.snapshot = ref
    }
  }

  @Test func `a task without a log has none, nor one that was only claimed`() throws {
    #expect(try lastWork() == nil)
    try story.claim(in: 1)
    #expect(try lastWork() == nil)
    try story.say(.interrupted, in: 1)
    #expect(try lastWork() == nil)
  }

  @Test(arguments: [TaskEvent.Kind.failed, .unchanged, .interrupted, .cancelled])
  func `what a run left is in its snapshot`(kind: TaskEvent.Kind) throws {
    let kept = try snapshot(1)
    try fail(in: 1, kind, keeping: kept.ref)
    let work = try #require(try lastWork())
    #expect(work.snapshot == kept.commit)
    #expect(work.base == story.base)
    #expect(work.assignment.run == story.run(1))
    // The run was killed before it could record its outcome.
    #expect(work.outcome.failure?.kind == .timedOut)
    #expect(work.returned == nil)
  }

  @Test func `the last run counts that left anything`() throws {
    let kept = try snapshot(1)
    try fail(in: 1, keeping: kept.ref)
    try fail(in: 2)
    #expect(try lastWork()?.snapshot == kept.commit)
    let later = try snapshot(3)
    try fail(in: 3, keeping: later.ref)
    #expect(try lastWork()?.snapshot == later.commit)
    try story.repository.deleteRef(later.ref, expecting: later.commit)
    #expect(try lastWork()?.snapshot == kept.commit)
  }

  @Test func `a result counts while its branch stands on it`() throws {
    try story.claim(in: 1)
    let commit = try story.finish()
    #expect(try lastWork()?.base == commit)
    #expect(try lastWork()?.outcome.commit == commit)
    try fail(in: 2)
    #expect(try lastWork()?.base == commit)
    try story.point(at: story.commit(["more.txt": "\n"], on: [commit]))
    #expect(try lastWork() == nil)
  }

  @Test func `what lies before a discard is over`() throws {
    let kept = try snapshot(1)
    try fail(in: 1, keeping: kept.ref)
    try story.say(.discarded)
    #expect(try lastWork() == nil)
  }

  @Test func `a run that made a rejected result anew and left nothing goes on from where it began`() throws {
    try story.claim(in: 1)
    let result = try story.finish()
    let start = try story.commit(["plan.txt": "\n"])
    try story.say(.rejected, files: ["returned.md": Array("It conflicts.".utf8)]) { details in
      details.commit = result
      details.base = start
    }
    let assignment = story.assignment(2, base: start)
    try story.say(.claimed, in: 2, files: ["assignment.json": Record.json(assignment)]) { $0.base = start }
    try story.say(.interrupted, in: 2)
    let work = try #require(try lastWork())
    #expect(work.base == start)
    #expect(work.returned == "It conflicts.")
    #expect(work.snapshot == nil)
  }

  @Test func `what a session used is the sum of its own runs`() throws {
    func report(_ session: String, _ tokens: Int) -> AgentReport {
      var report = AgentReport()
      report.take(.started(session: session, model: nil, permissionMode: nil))
      report.take(.usage(Usage(inputTokens: tokens)))
      return report
    }
    func end(_ run: Int, _ session: String, _ tokens: Int, by agent: AgentName = .claudeCode) throws {
      let outcome = story.outcome(
        run, .failed(Failure(.timedOut, "late")), by: agent, report: report(session, tokens))
      try story.say(.failed, in: run, files: ["outcome.json": Record.json(outcome)]) { $0.agent = agent }
    }
    try end(1, "one", 10)
    try end(2, "two", 100)
    try end(3, "one", 1)
    // The file is still that of the run before.
    try story.say(.interrupted, in: 4) { $0.agent = .claudeCode }
    try end(5, "one", 1000, by: .codexCLI)
    #expect(try story.record.usage(of: .claudeCode, inSession: "one").inputTokens == 11)
    #expect(try story.record.usage(of: .codexCLI, inSession: "one").inputTokens == 1000)
    #expect(try story.record.usage(of: .claudeCode, inSession: "none") == Usage())
  }

  @Test func `who makes a result anew reads the note of the run that made it`() throws {
    let assignment = try story.claim(in: 1)
    let result = try story.finish()
    let note = try #require(
      try story.record.returnNote(of: result, because: "It conflicts.", [], []))
    #expect(note.assignment == assignment)
    #expect(note.returned == "It conflicts.")
    #expect(try story.record.returnNote(of: story.base, because: "", [], []) == nil)
  }
}

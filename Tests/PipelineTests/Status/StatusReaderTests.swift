import Git
import Ledger
import PairCore
import Testing
import TestSupport

@testable import Pipeline

/// The word and the note for each kind of log.
@Suite(.serialized) struct StatusReaderTests {
  private let story: Story

  init() throws { story = try Story("status: in progress\n---\n") }

  private func expect(
    _ word: String, _ note: String? = nil, at location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let overview = try StatusReader(story.workspace).overview(of: story.id)
    #expect(overview.state == word, sourceLocation: location)
    #expect(overview.note == note, sourceLocation: location)
  }

  @Test func `a task without a log is pending, or what its file says`() throws {
    try expect("pending")
    let (tasks, errors) = try StatusReader(story.workspace).all()
    #expect(tasks.map(\.state) == ["in_progress"])
    #expect(tasks.map(\.title) == ["Greet"])
    #expect(errors.isEmpty)
    try story.say(.queued)
    try story.say(.dequeued)
    try expect("pending")
  }

  @Test func `every task that has a file or a log is listed, and the faults of files`() throws {
    _ = try story.add("T-10")
    _ = try story.add("T-2")
    try story.scratch.write(Story.path("T-3"), "---\nid: T-3\nstatus: [\n---\n")
    story.workspace.parsed.forgetCheckout()
    let gone = AgentTask(
      id: try TaskID("T-5"), title: "", source: TaskSource(path: "x", blob: story.base), text: "")
    try story.say(.queued, of: gone)
    let (tasks, errors) = try StatusReader(story.workspace).all()
    #expect(tasks.map(\.task.text) == ["T-1", "T-2", "T-5", "T-10"])
    #expect(errors.count == 1)
  }

  @Test func `what waits, and what runs or did, is told by the lease`() throws {
    try story.say(.queued)
    try expect("queued")
    try story.claim(in: 1)
    try expect("interrupted", "its run never ended; the next one picks it up")
    let session = try TaskSession(of: story.id, in: story.another())
    try expect("running")
    session.close()
    try story.say(.interrupted, in: 1)
    try expect("interrupted")
  }

  @Test func `a failure is told by its class, its project or the person that it waits for`() throws {
    try story.say(.failed, in: 1) { $0.failure = .timedOut }
    try expect("failed", "timed-out")
    try story.say(.unchanged, in: 2) { $0.failure = .unchanged }
    try expect("unchanged")
    try story.say(.failed, in: 3) { $0.projectFault = "setting up failed" }
    try expect("failed", "the project is at fault: setting up failed")
    try story.say(.failed, in: 4) { $0.blocked = "refused" }
    try expect("blocked", "refused")
  }

  @Test func `a result is committed, then integrated, or its branch is gone`() throws {
    let commit = try story.finish()
    try expect("committed")
    try story.repository.swapRef("refs/heads/main", from: story.base, to: commit, because: "test")
    try expect("integrated")
    try story.repository.swapRef("refs/heads/main", from: commit, to: story.base, because: "test")
    try story.repository.deleteRef(BranchName.result(of: story.id).ref, expecting: commit)
    try expect("committed", "its branch is gone; the result was \(commit.short)")
    try story.say(.discarded)
    try expect("discarded")
  }

  @Test func `what came after a result leaves it as it is`() throws {
    try story.finish()
    try story.say(.routed)
    try expect("committed")
    try story.say(.routed) { $0.text = story.base }
    try expect("committed", "its text changed since")
    try story.say(.failed, in: 2) { $0.failure = .stalled }
    try expect("committed", "a later run left it as it is (stalled)")
    try story.say(.cancelled, in: 3)
    try expect("committed", "a later run left it as it is (cancelled)")
    try story.say(.rejected) { $0.base = story.base }
    try expect("committed", "sent-back")
  }

  @Test func `a step of a workflow is named`() throws {
    let commit = try story.commit()
    try story.point(at: commit)
    func step(_ kind: TaskEvent.Kind) throws {
      try story.say(kind, in: 1) { details in
        details.step = "plan"
        details.pass = story.run(1)
        details.commit = kind == .committed ? commit : nil
        details.failure = kind == .failed ? .timedOut : nil
      }
    }
    try step(.claimed)
    try expect(
      "interrupted", "its run, step 'plan' of its workflow, never ended; the next one picks it up")
    let session = try TaskSession(of: story.id, in: story.another())
    try expect("running", "step 'plan' of its workflow")
    session.close()
    try step(.failed)
    try expect("failed", "timed-out, step 'plan' of its workflow")
    try step(.committed)
    try expect("interrupted", "step 'plan' of its workflow is done, others are still to come")
  }

  @Test func `entries that cannot be read are counted`() throws {
    try story.say(.queued)
    let foreign = try story.commit(message: "Not ours\n")
    let ref = "refs/paircoder/tasks/T-1"
    try story.repository.swapRef(ref, from: story.repository.ref(ref), to: foreign, because: "test")
    let overview = try StatusReader(story.workspace).overview(of: story.id)
    #expect(overview.note?.hasSuffix("entries of its log cannot be read") == true)
    #expect(
      try StatusReader(story.workspace).history(of: story.id).last?.sentence
        == "(this entry cannot be read)")
  }
}

import Git
import PairCore
import Testing
import TestSupport

@testable import Pipeline

@Suite(.serialized) struct TaskQueueTests {
  private let story: Story

  init() throws { story = try Story("status: pending\n---\n\nGreet.\n") }

  private var queue: TaskQueue { TaskQueue(story.workspace) }

  /// Queues the task from a commit, as a hook does.
  private func queue(from commit: ObjectID, on branch: String?) throws {
    try story.say(.queued) { details in
      details.base = commit
      details.branch = branch.map { BranchName($0) }
    }
  }

  @Test func `a task is queued once for each text`() async throws {
    #expect(try await queue.enqueue(story.id).isNew)
    #expect(try await !queue.enqueue(story.id).isNew)
    #expect(try await queue.enqueue(TaskID("t-1")).id == story.id)
    try story.scratch.write(Story.path("T-1"), story.task.text + "More.\n")
    story.workspace.parsed.forgetCheckout()
    #expect(try await queue.enqueue(story.id).isNew)
    #expect(try story.kinds == [.queued, .queued])
    #expect(await failure(awaiting: { try await queue.enqueue(TaskID("T-9")) })?.kind == .usage)
  }

  @Test func `a task that is worked on is not queued, one whose run died is`() async throws {
    try story.claim(in: 1)
    let session = try TaskSession(of: story.id, in: story.another())
    let error = await failure(awaiting: { try await queue.enqueue(story.id) })
    #expect(error?.kind == .tryLater)
    #expect(error?.message == "T-1 is being worked on")
    session.close()
    #expect(try await queue.enqueue(story.id).isNew)
    #expect(try story.kinds == [.claimed, .interrupted, .queued])
  }

  @Test func `what waits comes by its urgency, then by its id`() async throws {
    for (id, priority) in [("T-10", "P1"), ("T-2", "P1"), ("T-3", "P0")] {
      _ = try story.add(id, "status: pending\npriority: \(priority)\n")
      _ = try await queue.enqueue(TaskID(id))
      story.clock.advance(by: 60)
    }
    _ = try await queue.enqueue(story.id)
    let waiting = try queue.waiting()
    #expect(waiting.map(\.task.id.text) == ["T-3", "T-2", "T-10", "T-1"])
    #expect(waiting.map(\.base) == [nil, nil, nil, nil])
    #expect(waiting.last?.since?.secondsSince1970 == StoryClock.start + 180)
  }

  @Test func `what was queued from a branch is read from where that stands now`() throws {
    try queue(from: story.base, on: "main")
    _ = try story.add("T-2")
    let head = try #require(try story.repository.head().commit)
    #expect(try queue.waiting().map(\.base) == [head])
  }

  @Test func `where its branch is gone, what took it over counts`() throws {
    let commit = try story.commit()
    try queue(from: commit, on: "side")
    #expect(try queue.waiting().map(\.base) == [story.base])
    // HEAD holds the very text. Once it holds another, a branch that holds the commit does.
    try story.scratch.write(Story.path("T-1"), "---\nid: T-1\nstatus: pending\n---\nOther.\n")
    try story.scratch.commit()
    try story.repository.swapRef("refs/heads/later", from: nil, to: commit, because: "test")
    #expect(try queue.waiting().map(\.base) == [commit])
  }

  @Test func `what nothing took over leaves the queue`() throws {
    try story.scratch.write(Story.path("T-1"), "---\nid: T-1\nstatus: pending\n---\nOther.\n")
    try story.scratch.commit()
    let commit = try story.commit([Story.path("T-1"): "---\nid: T-1\n---\nMine.\n"])
    try story.say(.queued) { details in
      details.base = commit
      details.branch = BranchName("side")
      details.text = .ofBlob(Array("---\nid: T-1\n---\nMine.\n".utf8))
    }
    #expect(try queue.waiting().isEmpty)
    #expect(story.lines.all == ["note: T-1 is queued, but cannot be run: its branch side is gone"])
    #expect(try story.state.isQueued)
    #expect(try queue.clear().isEmpty)
    #expect(story.lines.all.last == "T-1: taken out of the queue: its branch side is gone")
    #expect(try !story.state.isQueued)
  }

  @Test func `what was queued on no branch is read from its commit`() throws {
    let commit = try story.commit()
    try queue(from: commit, on: nil)
    #expect(try queue.waiting().map(\.base) == [story.base])
    try story.scratch.write(Story.path("T-1"), "---\nid: T-1\nstatus: pending\n---\nOther.\n")
    try story.scratch.commit()
    #expect(try queue.waiting().map(\.base) == [commit])
  }

  @Test func `a text that others brought waits for a person to ask for it`() throws {
    try queue(from: story.base, on: "main")
    try story.scratch.write(Story.path("T-1"), "---\nid: T-1\nstatus: pending\n---\nTheirs.\n")
    try story.scratch.commit()
    #expect(try queue.clear().isEmpty)
    #expect(try story.state.isQueued)
    #expect(try queue.waiting().isEmpty)
    #expect(
      story.lines.all == [
        "note: T-1 is queued, but cannot be run: its text there came from others; to have it run: bpsai-pair queue T-1"
      ])
  }

  @Test func `what is not ready any more leaves, what cannot be read stays`() throws {
    try queue(from: story.base, on: "main")
    try story.scratch.write(Story.path("T-1"), "---\nid: T-1\nstatus: [\n---\n")
    try story.scratch.commit()
    #expect(try queue.clear().isEmpty)
    #expect(try story.state.isQueued)
    try story.scratch.write(Story.path("T-1"), "---\nid: T-1\nstatus: draft\n---\n")
    try story.scratch.commit()
    #expect(try queue.clear().isEmpty)
    #expect(try story.state.last?.sentence == "T-1: taken out of the queue: its status is draft")
  }

  @Test func `the place of a run that died is still its own`() throws {
    try queue(from: story.base, on: "main")
    try story.claim(in: 1)
    let session = try TaskSession(of: story.id, in: story.another())
    #expect(try queue.waiting().isEmpty)
    session.close()
    #expect(try queue.waiting().map(\.task.id) == [story.id])
  }
}

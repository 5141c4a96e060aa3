import Git
import PairCore
import Testing

@testable import Pipeline

@Suite(.serialized) struct QueuePlaceTests {
  let story: Story

  init() throws { story = try Story() }

  private var place: QueuePlace { QueuePlace(workspace: story.workspace, task: story.id) }

  @Test func `only what is in the queue leaves it`() throws {
    #expect(try !place.leave(because: "of a test"))
    #expect(try story.kinds.isEmpty)
    try story.say(.queued)
    #expect(try place.leave(because: "of a test"))
    #expect(try story.state.queued == nil)
    #expect(try story.state.last?.sentence == "T-1: taken out of the queue: of a test")
    #expect(try !place.leave(because: "of a test"))
  }

  @Test(arguments: [true, false])
  func `a text that a person took out is not queued by itself again`(isWish: Bool) throws {
    try story.say(.queued)
    #expect(try place.leave(because: "of a test", isWish: isWish))
    #expect(try story.state.queuedTexts.contains(story.task.source.blob) == isWish)
  }

  @Test func `a dead run from the queue leaves it, a living one keeps it`() throws {
    try story.say(.queued)
    try story.claim(in: 1)
    let session = try TaskSession(of: story.id, in: story.another())
    #expect(try !place.leave(because: "of a test"))
    session.close()
    #expect(try place.leave(because: "of a test"))
  }

  @Test func `what a hook queued waits again for its branch, from the commit that it was on`() throws {
    let commit = try story.repository.head().commit
    let branch = BranchName("main")
    try story.say(.queued) { details in
      details.base = commit
      details.branch = branch
    }
    let queued = try story.state.queued
    try story.claim(in: 1)
    try story.say(.interrupted, in: 1)
    try place.requeue(because: "of a test")
    #expect(queued?.branch == branch)
    #expect(queued?.commit == commit)
    #expect(try story.state.queued == queued)
  }

  @Test func `a place is taken back once, after an interruption only`() throws {
    try story.say(.queued)
    try story.claim(in: 1)
    try place.requeue(because: "of a test")
    #expect(try story.kinds == [.queued, .claimed])
    try story.say(.interrupted, in: 1)
    for _ in 0..<2 { try place.requeue(because: "of a test") }
    #expect(try story.kinds == [.queued, .claimed, .interrupted, .queued])
    try story.claim(in: 2)
    try story.say(.failed, in: 2)
    try place.requeue(because: "of a test")
    #expect(try story.state.last?.kind == .failed)
  }
}

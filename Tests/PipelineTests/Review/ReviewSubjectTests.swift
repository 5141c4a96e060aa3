import AgentRuns
import Git
import PairCore
import Testing

@testable import Pipeline

@Suite(.serialized) struct ReviewSubjectTests {
  private let story: Story

  init() throws { story = try Story() }

  private var subject: ResultReview.Subject? { get throws { try ResultReview.Subject(story.record) } }

  @Test func `without a result there is nothing to review`() async throws {
    #expect(try subject == nil)
    try story.claim(in: 1)
    try story.say(.failed, in: 1)
    #expect(try subject == nil)
    let error = await failure(awaiting: {
      try await ResultReview(of: story.id, in: story.workspace).run()
    })
    #expect(error?.kind == .usage)
    #expect(error?.hint?.hasPrefix("Its state is 'failed'.") == true)
    #expect(try !story.isHeld)
  }

  @Test func `what is reviewed is the branch's tip, as its agent was asked for it`() throws {
    let assignment = try story.claim(in: 1)
    let commit = try story.finish()
    #expect(try subject?.commit == commit)
    #expect(try subject?.base == story.base)
    #expect(try subject?.assignment == assignment)
    #expect(try subject?.task?.title == "Greet")
    #expect(try subject?.configuration == story.base)
    let more = try story.commit(["more.txt": "\n"], on: [commit])
    try story.point(at: more)
    #expect(try subject?.commit == more)
    #expect(try subject?.result.commit == commit)
  }

  @Test func `a later run that failed is not the one that made the result`() throws {
    let assignment = try story.claim(in: 1)
    let commit = try story.finish()
    try story.claim(in: 2, by: .codexCLI)
    try story.say(.failed, in: 2)
    #expect(try subject?.assignment == assignment)
    try story.repository.deleteRef(BranchName.result(of: story.id).ref, expecting: commit)
    #expect(try subject?.commit == commit)
  }

  @Test func `a log that does not hold what was asked for is reviewed against its base`() throws {
    try story.finish()
    #expect(try subject?.assignment == nil)
    #expect(try subject?.task == nil)
    #expect(try subject?.configuration == story.base)
    let reviewed = try #require(try subject)
    #expect(
      failure { try ReviewAgent("claude", of: reviewed, story.record) }?.kind == .unsupported)
  }

  @Test(arguments: [("claude", PairError.Kind.noAgent), ("nobody", .usage)])
  func `an agent that cannot review is refused before anything runs`(
    name: String, kind: PairError.Kind
  ) async throws {
    try story.claim(in: 1)
    try story.finish()
    let error = await failure(awaiting: {
      try await ResultReview(of: story.id, in: story.workspace).run(by: name)
    })
    #expect(error?.kind == kind)
    #expect(try story.kinds == [.claimed, .committed])
  }
}

@Suite(.serialized) struct AnnouncedReviewTests {
  private let story: Story

  init() throws {
    story = try Story()
    try story.finish()
  }

  private func announced<Value>(_ work: (AnnouncedReview) async throws -> Value) async throws -> Value {
    try await story.open { session in
      let announced = AnnouncedReview(session: session)
      try announced.announce(story.run(2))
      return try await work(announced)
    }
  }

  @Test func `a review is known while its lease is held, and until it is withdrawn`() async throws {
    try await announced { review in
      #expect(try AnnouncedReview.running(of: story.id, in: story.workspace) == story.run(2))
      try review.withdraw()
      #expect(try AnnouncedReview.running(of: story.id, in: story.workspace) == nil)
    }
  }

  @Test(arguments: [
    ("was cancelled", true), ("was interrupted", false), ("broke off: no room is left", false),
  ])
  func `how a review broke off is said, and thrown`(words: String, isWish: Bool) async throws {
    let cause: any Error =
      switch words {
      case "was cancelled": RunCancelled()
      case "was interrupted": CancellationError()
      default: PairError(.failed, "no room is left")
      }
    let thrown = try await announced { await $0.breakOff(story.run(2), by: .claudeCode, cause) }
    #expect(try story.record.events.last?.sentence == "T-1: the review by claude-code \(words)")
    #expect(try story.state.last?.kind == .committed)
    if isWish {
      let error = try #require(thrown as? PairError)
      #expect(error.message == "the review of T-1 was cancelled")
      #expect(error.hint == "To have it anew: bpsai-pair review T-1 --agent claude-code")
    } else {
      #expect("\(thrown)" == "\(cause)")
    }
    // It is withdrawn: the next process finds nothing to say.
    let count = try story.kinds.count
    try await story.open { _ in }
    #expect(try story.kinds.count == count)
  }
}

import Foundation
import Ledger
import PairCore
import Synchronization
import Testing

@testable import Pipeline

@Suite(.serialized) struct CancelRunTests {
  private let story: Story

  init() throws { story = try Story() }

  private func cancel() async throws -> Cancellation { try await CancelRun(story.workspace).cancel(story.id) }

  @Test func `what is neither queued nor worked on cannot be cancelled`() async throws {
    let error = await failure(awaiting: { try await cancel() })
    #expect(error?.message == "T-1 is neither queued nor being worked on: it is pending")
  }

  @Test func `what waits leaves the queue`() async throws {
    try story.say(.queued)
    #expect(try await cancel() == .takenOutOfQueue)
    #expect(try story.state.last?.sentence == "T-1: taken out of the queue: a person took it out")
  }

  @Test func `a dead run is cleared up, and does not start again by itself`() async throws {
    try story.say(.queued)
    try story.claim(in: 1)
    #expect(try await cancel() == .wasDead)
    #expect(try story.kinds == [.queued, .claimed, .interrupted, .queued, .dequeued])
  }

  @Test(arguments: [
    (TaskEvent.Kind.cancelled, Cancellation.stopped(snapshot: "refs/x")),
    (.failed, .ended("T-1: failed")),
  ])
  func `a living run is asked to stop, and what came of it is told`(
    kind: TaskEvent.Kind, expected: Cancellation
  ) async throws {
    try story.claim(in: 1)
    let (process, id, run) = (story.workspace.process, story.id, story.run(1))
    let request = CancelRequest(id, run, in: story.workspace.repository)
    let broken = Failed()
    // Not in the pool, which may be too busy with other tests to end in time.
    Thread.detachNewThread {
      do {
        let session = try TaskSession(of: id, in: Workspace(process))
        while !request.isMade { Thread.sleep(forTimeInterval: 0.01) }
        try session.append { _ in
          var details = TaskEvent.Details()
          details.run = run
          details.snapshot = "refs/x"
          return TaskEvent(kind, id, "T-1: \(kind.rawValue)", details)
        }
        session.close()
      } catch { broken.note(error) }
    }
    while try !story.isHeld, broken.error == nil { try await Task.sleep(for: .milliseconds(10)) }
    #expect(try await cancel() == expected)
    #expect(!request.isMade)
    #expect(story.lines.all == ["T-1: asked run \(run) to stop"])
    #expect(broken.error == nil)
  }
}

/// What a thread failed with.
private final class Failed: Sendable {
  private let words = Mutex<String?>(nil)

  var error: String? { words.withLock { $0 } }
  func note(_ error: any Error) { words.withLock { $0 = "\(error)" } }
}

import Ledger
import PairCore
import TestSupport
import Testing

@testable import Pipeline

@Suite(.serialized) struct TaskSessionTests {
  let story: Story

  init() throws { story = try Story() }

  private func event(_ kind: TaskEvent.Kind, _ run: Int) -> TaskEvent {
    var details = TaskEvent.Details()
    details.run = story.run(run)
    return TaskEvent(kind, story.id, "\(story.id): \(kind.rawValue)", details)
  }

  @Test func `a session holds the lease until it is closed, and no longer`() throws {
    let session = try TaskSession(of: story.id, in: story.workspace, for: "a review")
    #expect(try story.isHeld)
    let other = try story.another()
    let error = failure { try TaskSession(of: story.id, in: other) }
    #expect(error?.kind == .tryLater)
    #expect(error?.obstacle == .busyTask)
    #expect(error?.message == "T-1 is being worked on by a review by process 1")
    session.close()
    #expect(try !story.isHeld)
    try TaskSession(of: story.id, in: other).close()
  }

  @Test func `the lease is given back where the work fails`() async throws {
    struct Broken: Error {}
    await #expect(throws: Broken.self) {
      try await story.open { _ in
        #expect(try story.isHeld)
        throw Broken()
      }
    }
    #expect(try !story.isHeld)
  }

  @Test func `what is appended is part of the record and of the state at once`() throws {
    let session = try TaskSession(of: story.id, in: story.workspace)
    defer { session.close() }
    #expect(session.record.entries.isEmpty)
    let entry = try session.append(files: ["task.md": Array("text".utf8)]) { state in
      #expect(state.last == nil)
      return event(.claimed, 1)
    }
    #expect(session.record.entries.map(\.id) == [entry])
    #expect(session.state.isUnderWay)
    #expect(try session.record.file("task.md") == Array("text".utf8))
    #expect(try session.append { _ in nil } == nil)
    try session.append { state in
      #expect(state.run == story.run(1))
      return event(.cancelled, 1)
    }
    #expect(session.record.events.map(\.kind) == [.claimed, .cancelled])
    #expect(try session.record.file("task.md", at: entry) == Array("text".utf8))
    #expect(session.opened.entries.isEmpty)
    let read = try story.record
    #expect(read.entries.map(\.id) == session.record.entries.map(\.id))
    #expect(read.state == session.state)
  }

  @Test func `what another process appended meanwhile is seen by the next decision`() throws {
    let session = try TaskSession(of: story.id, in: story.workspace)
    defer { session.close() }
    try session.append { _ in event(.claimed, 1) }
    try story.say(.queued)
    #expect(session.state.queued == nil)
    try session.append { state in
      #expect(state.queued != nil)
      return event(.started, 1)
    }
    #expect(session.record.events.map(\.kind) == [.claimed, .queued, .started])
    try story.say(.dequeued)
    #expect(session.state.queued != nil)
    try session.refresh()
    #expect(session.state.queued == nil)
    #expect(session.record.events.map(\.kind) == [.claimed, .queued, .started, .dequeued])
  }

  @Test func `a log is walked once, however often it is appended to and looked at`() throws {
    try story.say(.queued)
    let tally = ReadTally()
    var process = story.workspace.process
    process.reads = tally.counter
    let workspace = try Workspace(process)
    let session = try TaskSession(of: story.id, in: workspace)
    defer { session.close() }
    try session.append { _ in event(.claimed, 1) }
    // What a hook says meanwhile is read alone.
    try story.say(.queued)
    try session.append { _ in event(.started, 1) }
    try session.refresh()
    #expect(try TaskRecord(of: story.id, in: workspace).events.count == 4)
    #expect(tally["log walk T-1"] == 1)
  }

  // Every entry carried the time at which its process had started.
  @Test func `each entry carries the time of its own event`() throws {
    let session = try TaskSession(of: story.id, in: story.workspace)
    defer { session.close() }
    for kind in [TaskEvent.Kind.claimed, .started, .committed] {
      try session.append { _ in event(kind, 1) }
      story.clock.advance(by: 1800)
    }
    let seconds = session.record.entries.compactMap { $0.at?.secondsSince1970 }
    #expect(seconds == [0, 1800, 3600].map { StoryClock.start + $0 })
    #expect(try story.record.entries.compactMap { $0.at?.secondsSince1970 } == seconds)
  }

  @Test func `an assignment is that of the run that is asked for`() throws {
    let assignment = try story.claim(in: 1)
    #expect(try story.record.assignment(of: story.run(1)) == assignment)
    #expect(try story.record.assignment(of: story.run(2)) == nil)
    #expect(try story.record.value(Assignment.self, "none.json") == nil)
  }
}

@Suite(.serialized) struct TaskStatesTests {
  let story: Story

  init() throws { story = try Story() }

  @Test func `a log is read again only once its ref has moved`() throws {
    try story.say(.queued)
    let states = try TaskStates(story.workspace)
    let head = try #require(states.head(of: story.id))
    #expect(try states.state(of: story.id).word == "queued")
    try story.say(.cancelled, in: 1)
    // Until it is asked to look again.
    #expect(states.head(of: story.id) == head)
    #expect(try states.state(of: story.id).word == "queued")
    try states.refresh()
    #expect(try states.state(of: story.id).word == "cancelled")
    #expect(states.head(of: story.id) != head)
  }

  @Test func `an id is spelled as its log spells it`() throws {
    try story.say(.queued)
    let other = try TaskID("t-1")
    #expect(try TaskStates(story.workspace).id(other) == story.id)
    #expect(try TaskStates(story.workspace).state(of: other).isQueued)
    #expect(try story.workspace.taskID("t-1") == story.id)
    #expect(try story.workspace.requireTask("t-1") == story.id)
    #expect(try TaskStates(story.workspace).state(of: TaskID("T-2")).last == nil)
    #expect(failure { try story.workspace.requireTask("T-2") }?.kind == .usage)
    #expect(failure { try story.workspace.taskID("../x") }?.kind == .invalidInput)
  }
}

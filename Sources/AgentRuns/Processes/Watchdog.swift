import Dispatch
import Host
import Synchronization

/// Has a program ended at the first reason for that. Each is asked for ten times a second on a thread of its
/// own, and the program's lifeline is cut there and then: a question that blocks holds up none of the others,
/// nor does a cooperative pool whose few threads all wait.
final class Watchdog: Sendable {
  /// Why the program must be stopped; nil while it may go on.
  typealias Question = @Sendable () -> ChildProcess.Stop?

  let lifeline: Lifeline
  private let questions: [(ask: Question, thread: DispatchQueue)]
  private let state = Mutex<(stop: ChildProcess.Stop?, isOver: Bool)>((nil, false))
  private let stops: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

  init(_ questions: [Question]) throws {
    lifeline = try Lifeline()
    self.questions = questions.map { ($0, DispatchQueue(label: "bpsai-pair.watch")) }
    stops = AsyncStream.makeStream()
  }

  /// Begins to ask, and to count the time.
  func start(limit: Duration) {
    let deadline = ContinuousClock.now + limit
    let clock = DispatchQueue(label: "bpsai-pair.watch")
    clock.async { self.keepAsking({ .now < deadline ? nil : .deadline }, on: clock) }
    for (ask, thread) in questions { thread.async { self.keepAsking(ask, on: thread) } }
  }

  /// Why the program was stopped; nil when it was not.
  var stop: ChildProcess.Stop? { state.withLock { $0.stop } }

  /// Waits for a reason to stop, or for a cancellation.
  func waitForStop() async { for await _ in stops.stream {} }

  /// Ends the questions. Each is asked once more, so that it knows all; what it says then counts for nothing.
  func finish() async {
    state.withLock { $0.isOver = true }
    stops.continuation.finish()
    for (ask, thread) in questions {
      await withCheckedContinuation { continuation in
        thread.async {
          _ = ask()
          continuation.resume()
        }
      }
    }
  }

  private func keepAsking(_ ask: @escaping Question, on thread: DispatchQueue) {
    if state.withLock({ $0.isOver || $0.stop != nil }) { return }
    if let stop = ask() { return end(stop) }
    thread.asyncAfter(deadline: .now() + .milliseconds(100)) { self.keepAsking(ask, on: thread) }
  }

  private func end(_ stop: ChildProcess.Stop) {
    let isFirst = state.withLock { state in
      if state.isOver || state.stop != nil { return false }
      state.stop = stop
      return true
    }
    guard isFirst else { return }
    lifeline.cut()
    stops.continuation.finish()
  }
}

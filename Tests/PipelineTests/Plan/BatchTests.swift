import Git
import PairCore
import Testing

@testable import Pipeline

@Suite struct BatchTests {
  private struct Broken: Error {}

  /// A batch of tasks that are expected to cost so much.
  private func batch(
    _ costs: [Double?], after: [Int: [Int]] = [:], lanes: Int = 2, maxCost: Double? = nil
  ) throws -> Batch {
    let open = try costs.enumerated().map { index, cost in
      var task = PendingTask(
        try makeItem("T-\(index + 1)", after: (after[index] ?? []).map { "T-\($0 + 1)" }), logTip: nil)
      task.estimatedCostInUSD = cost
      return task
    }
    return Batch(open, lanes: lanes, limits: [.codexCLI: 1], maxCostInUSD: maxCost)
  }

  private func id(_ number: Int) throws -> TaskID { try TaskID("T-\(number)") }

  private func cap(_ batch: Batch, at index: Int) -> Double?? {
    if case .start(let cap) = batch.allowance(at: index) { .some(cap) } else { .none }
  }

  @Test func `a task is free once all before it have ended, however`() throws {
    var batch = try batch([1, 1, 1], after: [2: [0, 1]])
    #expect(batch.open.map(batch.isFree) == [true, true, false])
    batch.start(try id(1), cap: nil)
    #expect(batch.open.map(batch.isFree) == [false, true, false])
    batch.end(.init(task: try id(1), end: .notNeeded("it has its result")))
    batch.end(.init(task: try id(2), end: .interrupted))
    #expect(batch.open.map(\.task.id) == [try id(3)])
    #expect(batch.isFree(batch.open[0]))
    let fates: [String: String?] = ["t-1": nil, "t-2": "T-2 was interrupted"]
    #expect(batch.fates == fates)
  }

  @Test func `as many run as there are lanes, until a reason to stop comes`() throws {
    var batch = try batch([1, 1, 1])
    #expect(batch.hasFreeLane)
    batch.start(try id(1), cap: nil)
    batch.start(try id(2), cap: nil)
    #expect(!batch.hasFreeLane)
    batch.putBack(try id(2))
    #expect(batch.hasFreeLane)
    #expect(batch.isFree(batch.open[1]))
    batch.stop(.interrupted)
    #expect(!batch.hasFreeLane)
    #expect(batch.slots.isOver)
  }

  @Test func `the first reason to stop counts, but for a cancellation`() throws {
    var batch = try batch([1])
    batch.stop(.project(try id(1)))
    batch.stop(.interrupted)
    batch.stop(.broken(Broken()))
    guard case .project? = batch.stop else {
      Issue.record("it stopped for another reason")
      return
    }
    #expect(!batch.slots.isOver)
    batch.stop(.cancelled)
    guard case .cancelled? = batch.stop else {
      Issue.record("a cancellation does not count")
      return
    }
  }

  @Test func `without --max-cost each starts, with it each has its share`() throws {
    #expect(try cap(batch([1, 1]), at: 0) == .some(nil))
    var batch = try batch([1, 3, 9], maxCost: 8)
    // The third does not start beside the first two.
    #expect(cap(batch, at: 0) == 2)
    batch.start(try id(1), cap: 2)
    #expect(cap(batch, at: 1) == 6)
    batch.start(try id(2), cap: 6)
    #expect(cap(batch, at: 2) == .none)
    batch.end(.init(task: try id(1), end: .notNeeded(""), costInUSD: 0.5))
    #expect(cap(batch, at: 1) == .none)
    batch.end(.init(task: try id(2), end: .notNeeded(""), costInUSD: 0.5))
    #expect(cap(batch, at: 0) == 7)
  }

  @Test func `what a task is expected to cost may be known later`() throws {
    var batch = try batch([nil], maxCost: 8)
    batch.open[0].estimatedCostInUSD = 2
    batch.open[0].agent = .codexCLI
    batch.open[0].isTold = true
    #expect(batch.open[0].estimatedCostInUSD == 2)
    #expect(batch.open[0].agent == .codexCLI)
    #expect(batch.open[0].isTold)
    #expect(batch.hasRoom(for: nil))
    #expect(batch.slots.enter(try id(9), with: .codexCLI))
    #expect(!batch.hasRoom(for: .codexCLI))
  }

  @Test(
    arguments: [
      (BatchResult.End.notNeeded("x"), nil), (.committed(BranchName("b"), .ofNothing), nil),
      (.failed(.init(PairError(.failed, "x"))), "T-1 failed"), (.interrupted, "T-1 was interrupted"),
      (.leftAlone("its status is draft"), "T-1 was skipped: its status is draft"),
      (.skipped("x"), "T-1 was skipped"), (.notStarted("x"), "T-1 was skipped"),
    ] as [(BatchResult.End, String?)])
  func `what depends on a task runs, or is told why not`(end: BatchResult.End, reason: String?) throws {
    #expect(BatchResult.Item(task: try id(1), end: end).reasonToSkipDependents == reason)
  }

  @Test func `a batch fails with the kind that all its failures share`() throws {
    func kind(_ ends: BatchResult.End...) throws -> PairError.Kind? {
      var result = BatchResult()
      result.items = try ends.enumerated().map { .init(task: try id($0 + 1), end: $1) }
      return result.failureKind
    }
    func failed(_ kind: PairError.Kind) -> BatchResult.End { .failed(.init(PairError(kind, "x"))) }
    #expect(try kind() == nil)
    #expect(try kind(.notNeeded("x"), .leftAlone("x")) == nil)
    #expect(try kind(.skipped("x")) == .failed)
    #expect(try kind(.interrupted, failed(.noAgent)) == .noAgent)
    #expect(try kind(failed(.noAgent), failed(.noAgent)) == .noAgent)
    #expect(try kind(failed(.noAgent), failed(.tryLater)) == .failed)
  }

  @Test func `an agent's limit passes by itself, its other failures are the task's`() {
    let limited = BatchResult.Failure(PairCore.Failure(.rateLimited, "later"))
    #expect(limited.kind == .tryLater)
    #expect(limited.message == "rate-limited: later")
    #expect(BatchResult.Failure(PairCore.Failure(.refused, "no")).kind == .failed)
    let error = PairError(.notApproved, "no", at: SourceLocation(file: "a", line: 2), hint: "do")
    #expect(BatchResult.Failure(error).message == "a:2: no")
    #expect(BatchResult.Failure(unexpected: error).hint == "do")
    #expect(BatchResult.Failure(unexpected: Broken()).kind == .internal)
  }
}

extension ObjectID {
  fileprivate static var ofNothing: ObjectID { .ofBlob([]) }
}

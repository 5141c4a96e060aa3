import Git
import Ledger
import PairCore
import TaskFiles

/// A task of a batch that has not ended yet.
struct PendingTask {
  let item: Schedule.Item
  /// The last entry of its log when the batch began; nil without a log.
  let logTip: ObjectID?
  /// Who is expected to take it, as far as is known; nil for nobody.
  var agent: AgentName?
  /// What it is expected to cost, in US dollars; nil where nobody knows.
  var estimatedCostInUSD: Double?
  /// Whether the user knows that another process works on it.
  var isTold = false

  var task: AgentTask { item.task }

  init(_ item: Schedule.Item, logTip: ObjectID?) {
    self.item = item
    self.logTip = logTip
    agent = item.forecast.agent
    estimatedCostInUSD = item.forecast.estimatedCostInUSD
  }
}

extension BatchResult.Item {
  /// Why what depends on the task does not run; nil when it may.
  var reasonToSkipDependents: String? {
    switch end {
    case .committed, .notNeeded: nil
    case .failed: "\(task) failed"
    case .interrupted: "\(task) was interrupted"
    case .leftAlone(let why): "\(task) was skipped: \(why)"
    case .skipped, .notStarted: "\(task) was skipped"
    }
  }
}

extension Orchestrator {
  /// How another process has ended the task, in the very text that it has here, since the batch began; nil where
  /// that is left to do, as after an interrupt.
  func endElsewhere(of open: PendingTask) throws -> BatchResult.End? {
    let (task, log) = (open.task, TaskLog(open.task.id))
    guard try repository.ref(log.ref) != open.logTip else { return nil }
    let state = try log.state(in: repository)
    guard let last = state.last else { return nil }
    let isOfThisText = last.details.text == task.source.blob
    switch last.kind {
    case .committed:
      guard isOfThisText, let result = state.result, try stands(result, of: task.id) else { return nil }
      return .notNeeded("another process has made its result meanwhile (\(result.commit.short))")
    case .failed, .unchanged:
      guard isOfThisText else { return nil }
      return .failed(
        BatchResult.Failure(
          kind: last.details.failure == .rateLimited ? .tryLater : .failed,
          message: "in another process, \(last.sentence.dropFirst("\(task.id): ".utf8.count))",
          hint: "See what happened: bpsai-pair log \(task.id)"))
    case .cancelled:
      return .failed(
        BatchResult.Failure(
          kind: .failed, message: "\(task.id) was cancelled",
          hint: "To go on with it: bpsai-pair resume \(task.id)"))
    case .dequeued:
      return state.result?.text == task.source.blob ? nil : .skipped("it was taken out of the queue")
    case .routed, .queued, .claimed, .started, .handedOff, .retrying, .interrupted, .discarded, .reviewed,
      .reviewBrokeOff, .rejected:
      return nil
    }
  }
}

import Git
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

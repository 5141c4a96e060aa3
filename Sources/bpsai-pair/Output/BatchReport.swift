import PairCore
import Pipeline

/// What `orchestrate --plan` and `--queued` answer.
struct BatchReport: Report {
  enum State: String, Encodable {
    case committed, failed, interrupted, skipped
    case notNeeded = "not-needed"
    case notStarted = "not-started"
  }

  struct Item: Encodable {
    let task: TaskID
    let state: State
    let reason: String?
    let branch: BranchName?
    let commit: ObjectID?
    let hint: String?
    let costInUSD: Double
    let findings: [Finding]

    init(_ item: BatchResult.Item) {
      (task, costInUSD, findings) = (item.task, item.costInUSD, item.findings)
      (state, branch, commit, reason, hint) =
        switch item.end {
        case .committed(let branch, let commit): (.committed, branch, commit, nil, nil)
        case .notNeeded(let why): (.notNeeded, nil, nil, why, nil)
        case .failed(let failure): (.failed, nil, nil, failure.message, failure.hint)
        case .interrupted: (.interrupted, nil, nil, nil, nil)
        case .leftAlone(let why), .skipped(let why): (.skipped, nil, nil, why, nil)
        case .notStarted(let why): (.notStarted, nil, nil, why, nil)
        }
    }

    var text: [String] {
      let (why, cost, found) = (reason ?? "", costInUSD.inDollars, findings.map(\.text))
      return switch state {
      case .committed: ["\(task): committed on \(branch.shown) (\(commit.shown), \(cost))"] + found
      case .notNeeded: ["\(task): nothing to do: \(why)"]
      case .failed: ["\(task): failed: \(why.escapedLines)"] + found + hintLines(hint).map { "  \($0)" }
      case .interrupted: ["\(task): interrupted (\(cost)); go on with it: bpsai-pair resume \(task)"]
      case .skipped: ["\(task): skipped, since \(why)"]
      case .notStarted: ["\(task): not started, since \(why)"]
      }
    }
  }

  static let schema = "bpsai-pair/batch/1"
  let plan: String?
  let succeeded: Bool
  /// With what making results again cost.
  let costInUSD: Double
  let tasks: [Item]
  let invalid: [Fault]

  /// What merging the results came to; absent where nobody asked for that.
  let integration: Stamped<IntegrateReport>?
  /// What stopped it; absent where nothing did.
  let integrationError: IntegrateReport.Failure?

  init(
    _ batch: BatchResult, of plan: String?, faults: [PairError], integration: IntegrateReport? = nil,
    integrationError: IntegrateReport.Failure? = nil
  ) {
    self.plan = plan
    self.integration = integration.map(Stamped.init)
    self.integrationError = integrationError
    succeeded =
      batch.succeeded && faults.isEmpty && integration?.isComplete != false && integrationError == nil
    invalid = faults.map(Fault.init)
    costInUSD = batch.costInUSD + (integration?.costInUSD ?? 0)
    tasks = batch.items.map(Item.init)
  }

  /// What became of each task was said when it ended.
  var text: [String] {
    let words: [(State, String)] = [
      (.committed, "committed"), (.notNeeded, "with nothing to do"), (.failed, "failed"),
      (.interrupted, "interrupted"), (.skipped, "skipped"), (.notStarted, "not started"),
    ]
    let counts = words.compactMap { state, word in
      let count = tasks.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(word)"
    }
    return [
      "\(tasks.count.counted("task")): \(counts.joined(separator: ", ")); \(costInUSD.inDollars) in all"
        + BatchReport.invalid(invalid.count)
    ]
  }

  /// The end of a summary that says what was left out; empty when nothing was.
  static func invalid(_ leftOut: Int) -> String {
    leftOut == 0 ? "" : "; left out as invalid: \(leftOut.counted("task file"))"
  }
}

extension Finding {
  /// A line below what was looked at.
  var text: String {
    let place = [path?.escapedForTerminal(), line.map(String.init)].compactMap { $0 }
    return "  \(severity.rawValue): " + (place.isEmpty ? "" : place.joined(separator: ":") + ": ")
      // A command that is cut short would do something else.
      + message.escapedLines(limit: rule == .outside ? 8_000 : 400)
  }
}

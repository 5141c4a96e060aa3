import PairCore
import Pipeline

/// How a workflow is told, and the status that it ends with.
enum WorkflowOutput {
  /// - Throws: `Ended` where a review still blocks, so that no step would be carried out; else what is in its way.
  static func show(
    _ forecast: WorkflowForecast, _ statuses: [BudgetStatus], _ command: String, json: Bool
  ) throws {
    if json {
      Terminal.print(try Record.json(WorkflowForecastRecord(forecast, statuses)))
    } else {
      Terminal.print(WorkflowText.lines(of: forecast, statuses, command: command).joined(separator: "\n"))
    }
    if forecast.notNeeded != nil { return }
    if forecast.findingsLeft != nil { throw Ended(status: ExitStatus.failed) }
    if let obstacle = forecast.obstacle ?? forecast.refusal { throw obstacle }
  }

  /// - Parameters:
  ///   - command: goes on with it.
  ///   - again: starts it over.
  /// - Throws: `Ended` where it has not come to its end.
  static func show(_ result: WorkflowResult, _ command: String, again: String, json: Bool) throws {
    let lines = WorkflowText.lines(of: result, command: command, again: again).joined(separator: "\n")
    if json {
      Terminal.print(try Record.json(WorkflowRecord(result)))
    } else if case .notNeeded = result.end {
      Terminal.say(lines)
    } else {
      Terminal.print(lines)
    }
    switch result.end {
    case .finished, .notNeeded: break
    case .failed(_, _, let outcome): throw Ended(status: OutcomeText.status(of: outcome))
    case .findingsLeft: throw Ended(status: ExitStatus.failed)
    }
  }
}

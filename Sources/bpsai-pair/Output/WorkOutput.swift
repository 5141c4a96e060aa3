import PairCore
import Pipeline

/// How carrying out a task is told, and the status that it ends with.
enum WorkOutput {
  /// What a person types next.
  struct Commands {
    /// Goes on with it.
    let next: String
    /// Starts it over.
    let again: String
  }

  /// - Throws: `Ended` where there is no result.
  static func show(_ result: WorkResult, _ commands: Commands, json: Bool) throws {
    if let workflow = result.workflow {
      let lines = WorkflowText.lines(of: result, workflow, commands).joined(separator: "\n")
      if json {
        Terminal.print(try Record.json(WorkflowRecord(result, workflow)))
      } else if case .notNeeded = result.end {
        Terminal.say(lines)
      } else {
        Terminal.print(lines)
      }
    } else if case .notNeeded(let reason) = result.end {
      try tell(reason, of: result.task.id, json: json)
    } else if let last = result.last {
      if json {
        Terminal.print(try Record.json(RunRecord(assignment: last.assignment, outcome: last.outcome)))
      } else {
        Terminal.print(OutcomeText(last.assignment, last.outcome).lines.joined(separator: "\n"))
      }
    }
    switch result.end {
    case .finished, .notNeeded: break
    case .failed(_, let outcome): throw Ended(status: OutcomeText.status(of: outcome))
    case .findingsLeft: throw Ended(status: ExitStatus.failed)
    }
  }

  /// Says why there was nothing to do.
  static func tell(_ reason: String, of task: TaskID, json: Bool) throws {
    if json {
      Terminal.print(try Record.json(RunRecord(task: task, reason: reason)))
    } else {
      Terminal.say(reason)
    }
  }

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
}

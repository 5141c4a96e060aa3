import PairCore
import Pipeline

/// How a task's execution is told, and the status that it ends with.
enum ExecutionOutput {
  /// - Throws: `Ended` where there is no result.
  static func show(_ execution: Orchestrator.Execution, of task: TaskID, json: Bool) throws {
    switch execution {
    case .notNeeded(let reason):
      try tell(reason, of: task, json: json)
    case .ran(let last, let outcome):
      if json {
        Terminal.print(try Record.json(RunRecord(assignment: last, outcome: outcome)))
      } else {
        Terminal.print(OutcomeText(last, outcome).lines.joined(separator: "\n"))
      }
      if outcome.commit == nil { throw Ended(status: OutcomeText.status(of: outcome)) }
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
}

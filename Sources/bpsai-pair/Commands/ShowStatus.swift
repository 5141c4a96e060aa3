import ArgumentParser
import PairCore
import Pipeline

struct ShowStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show where every task stands.")

  @Flag(help: "Print the answer as JSON.") var json = false

  func run() throws {
    let workspace = try Workspace.ofProcess()
    let (tasks, errors) = try StatusReader(workspace).all()
    let reached = try SpendingAccount(workspace).statuses().filter(\.isReached).compactMap(\.warning)
    let report = StatusReport(tasks: tasks, invalid: errors.map(Fault.init), limitsReached: reached)
    try Terminal.show(report, json: json)
  }
}

/// What `status` answers.
struct StatusReport: Report {
  static let schema = "bpsai-pair/status/1"
  let tasks: [TaskOverview]
  let invalid: [Fault]
  /// The limits of the budget that keep runs from starting, one sentence each.
  let limitsReached: [String]

  var remarks: [String] {
    let none =
      "There are no tasks yet. Put one into \(Workspace.tasksPath)/, or begin with 'bpsai-pair init'."
    return limitsReached.map { "note: \($0)" } + invalid.flatMap(\.text)
      + (tasks.isEmpty && invalid.isEmpty ? [none] : [])
  }

  var text: [String] {
    if tasks.isEmpty { return [] }
    let rows = tasks.map { task in
      [
        task.task.text,
        task.state.escapedForTerminal(limit: 20) + (task.note.map { " (\($0))" } ?? ""),
        task.agent?.text.escapedForTerminal() ?? "–", task.branch?.text.escapedForTerminal() ?? "–",
        task.costInUSD == 0 ? "–" : task.costInUSD.inDollars, task.title?.escapedForTerminal(limit: 60) ?? "",
      ]
    }
    return ([["TASK", "STATE", "AGENT", "BRANCH", "COST", "TITLE"]] + rows).inColumns(right: [4])
  }
}

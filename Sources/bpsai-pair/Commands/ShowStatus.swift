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
    if json {
      Terminal.print(try Record.json(StatusRecord(tasks, errors: errors, limitsReached: reached)))
      return
    }
    for warning in reached { Terminal.say("note: \(warning)") }
    for error in errors { Terminal.report(error) }
    if tasks.isEmpty {
      if !errors.isEmpty { return }
      Terminal.say(
        "There are no tasks yet. Put one into \(Workspace.tasksPath)/, or begin with 'bpsai-pair init'.")
      return
    }
    var table = Table([.left, .left, .left, .left, .right, .left])
    table.add(["TASK", "STATE", "AGENT", "BRANCH", "COST", "TITLE"])
    for task in tasks {
      let note = task.note.map { " (\($0))" } ?? ""
      table.add([
        task.task.text, task.word.escapedForTerminal(limit: 20) + note,
        task.agent?.text.escapedForTerminal() ?? "–",
        task.branch?.text.escapedForTerminal() ?? "–",
        task.costInUSD == 0 ? "–" : task.costInUSD.inDollars,
        task.title?.escapedForTerminal(limit: 60) ?? "",
      ])
    }
    Terminal.print(table.lines().joined(separator: "\n"))
  }
}

import ArgumentParser
package import PairCore
import Pipeline

struct Cost: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what runs cost, and what is left of the limits.",
    discussion: """
      Days and months are those of UTC. Limits stand under 'budget' in .paircoder/config.yaml, prices under each \
      agent in .paircoder/capabilities.yaml; docs/costs.md has both.
      """)

  @Option(help: ArgumentHelp("A line for each agent, task, model or day.", valueName: "what"))
  var by: CostReport.Grouping = .agent
  @Option(
    help: ArgumentHelp("Leave out what is older: a day (2026-11-22), or days (7d).", valueName: "since"))
  var since: String?
  @Flag(help: "Print the lines as comma-separated values.") var csv = false
  @Flag(help: "Print the answer as JSON.") var json = false

  func validate() throws {
    if csv, json { throw ValidationError("Choose one form: either --csv or --json.") }
  }

  func run() throws {
    let costs = try SpendingAccount(.ofProcess()).costs(by: by, since: since)
    for line in costs.unreadable.prefix(5) {
      Terminal.say("note: a line of the budget cannot be read: \(line.escapedForTerminal())")
    }
    let report = CostsReport(costs)
    if csv { return Terminal.print(report.csv.joined(separator: "\n")) }
    try Terminal.show(report, json: json)
  }
}

extension CostReport.Grouping: ExpressibleByArgument {}

import ArgumentParser
import PairCore
import Pipeline
import TaskFiles

struct Route: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which agent would take which task, for many tasks at once.",
    discussion: "Reads and changes nothing. 'orchestrate --task ID --dry-run' shows one decision in full.")

  @Argument(help: ArgumentHelp("The tasks.", valueName: "id")) var tasks: [String] = []
  @Flag(help: "All tasks, those that are done included.") var all = false
  @Flag(help: "Print one JSON object a line.") var json = false

  func validate() throws {
    guard tasks.isEmpty == all else {
      throw ValidationError("Name the tasks to route, or give --all.")
    }
  }

  func run() throws {
    let orchestrator = try Orchestrator.ofProcess()
    let library = try orchestrator.library()
    var chosen: [AgentTask] = []
    var errors: [PairError] = []
    if all {
      (chosen, errors) = library.tasks()
    } else {
      for id in tasks { chosen.append(try library.task(TaskID(id))) }
    }
    var table = Table([.left, .left, .left, .left, .left, .left, .left, .left])
    table.add(["TASK", "TYPE", "COMPLEXITY", "SCOPE", "RISK", "AGENT", "MODE", "TITLE"])
    for task in chosen {
      let decision = try orchestrator.decide(task).decision
      if json {
        Terminal.print(try Record.line(RouteRecord(decision)))
      }
      let found = decision.inputs.characteristics
      table.add([
        task.id.text, found.type.rawValue, found.complexity.rawValue, found.scope.rawValue,
        found.risk.rawValue,
        decision.agent?.text ?? "nobody", decision.mode.rawValue, task.title.escapedForTerminal(limit: 60),
      ])
    }
    if !json, !chosen.isEmpty { Terminal.print(table.lines().joined(separator: "\n")) }
    for error in errors {
      if json {
        Terminal.print(try Record.line(RouteFault(error)))
      } else {
        Terminal.report(error)
      }
    }
  }
}

/// One line of `route --json`.
struct RouteRecord: Encodable {
  let schema = "bpsai-pair/route/1"
  let task: TaskID
  let file: String
  let title: String
  let type: TaskType
  let complexity: Level
  let scope: TaskScope
  let risk: Level
  let estimatedTokens: Int
  let agent: AgentName?
  let mode: RunMode
  /// The chosen agent's score; absent when nobody can take the task.
  let score: Double?
  /// Every agent, best first.
  let ranking: [AgentScore]
  let reasons: [String]

  init(_ decision: RoutingDecision) {
    let inputs = decision.inputs
    task = inputs.task
    file = inputs.source.path
    title = inputs.title
    type = inputs.characteristics.type
    complexity = inputs.characteristics.complexity
    scope = inputs.characteristics.scope
    risk = inputs.characteristics.risk
    estimatedTokens = inputs.characteristics.estimatedTokens
    agent = decision.agent
    mode = decision.mode
    score = decision.chosen?.total
    ranking = decision.ranking
    reasons = decision.reasons
  }
}

/// A file that could not be routed, as a line of `route --json`.
struct RouteFault: Encodable {
  let schema = "bpsai-pair/route/1"
  let file: String?
  let line: Int?
  let error: String

  init(_ error: PairError) {
    file = error.location?.file
    line = error.location?.line
    self.error = error.message
  }
}

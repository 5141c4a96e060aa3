import ArgumentParser
import Host
import PairCore
import Pipeline

struct Route: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which agent would take which task, for many tasks at once.",
    discussion: "Reads and changes nothing. 'orchestrate --task ID --dry-run' shows one decision in full.",
    subcommands: [RouteTasks.self, Replay.self], defaultSubcommand: RouteTasks.self)
}

struct RouteTasks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tasks", abstract: "Route the tasks that are named, all of them, or those that changed.")

  @Argument(help: ArgumentHelp("The tasks.", valueName: "id")) var tasks: [String] = []
  @Flag(help: "All tasks, those that are done included.") var all = false
  @Option(help: ArgumentHelp("The tasks that these commits changed: A..B or A...B.", valueName: "range"))
  var changed: String?
  @Option(
    help: ArgumentHelp(
      "Show which decisions another capabilities file, or that of a commit, would change.",
      valueName: "file|rev"))
  var against: String?
  @Flag(help: "Print one JSON object a line.") var json = false

  func validate() throws {
    let ways = [!tasks.isEmpty, all, changed != nil].filter { $0 }.count
    guard ways == 1 || ways == 0 && against != nil else {
      throw ValidationError("Name the tasks to route, or give --all or --changed RANGE.")
    }
  }

  func run() async throws {
    let workspace = try Workspace.ofProcess()
    let survey = try await TaskRouter(workspace).survey(selection())
    if survey.tasks.isEmpty, survey.errors.isEmpty {
      Terminal.say(
        changed.map { "no task file changed in \($0.escapedForTerminal(limit: 80))" }
          ?? "there are no tasks yet")
    }
    if let against {
      try await compare(survey, with: against, in: workspace)
    } else {
      try await show(try await TaskRouter(workspace).decide(survey), survey.errors)
    }
  }

  /// Without any choice, as `--against` alone allows, all tasks.
  private func selection() throws -> TaskSelection {
    if let changed { return .changed(changed) }
    return tasks.isEmpty ? .all : .named(try tasks.map { try TaskID($0) })
  }

  private func show(_ results: [Result<RoutingDecision, PairError>], _ errors: [PairError]) async throws {
    let decisions = results.compactMap { try? $0.get() }  // The errors are reported below.
    if json {
      let lines = try await decisions.mapInParallel { try Terminal.line(RouteReport($0)) }
      if !lines.isEmpty { Terminal.print(lines.joined(separator: "\n")) }
    } else if !decisions.isEmpty {
      Terminal.print(RouteReport.table(of: decisions.map(RouteReport.init)).joined(separator: "\n"))
    }
    try report(results.compactMap(\.error) + errors)
  }

  private func compare(_ survey: TaskSurvey, with other: String, in workspace: Workspace) async throws {
    let now = try await TaskRouter(workspace).decide(survey)
    let then = try await TaskRouter(workspace).decide(
      survey, with: TaskRouter(workspace).capabilities(named: other))
    var changed = 0
    var routed = 0
    var errors: [PairError] = []
    for (before, after) in zip(now, then) {
      switch (before, after) {
      case (.success(let before), .success(let after)):
        routed += 1
        if before.agent == after.agent, before.mode == after.mode { continue }
        changed += 1
        try Terminal.show(RouteChange(before: before, after: after), inLines: json)
      case (.failure(let error), _), (_, .failure(let error)): errors.append(error)
      }
    }
    if !json { Terminal.print("\(changed) of \(routed) decisions would change") }
    try report(errors + survey.errors)
  }

  /// Tells what could not be routed, and ends with its status.
  private func report(_ errors: [PairError]) throws {
    for error in errors { try Terminal.show(RouteFault(error), inLines: json) }
    if let first = errors.first { throw Ended(status: ExitStatus.of(first.kind)) }
  }
}

extension Result {
  fileprivate var error: Failure? { if case .failure(let error) = self { error } else { nil } }
}

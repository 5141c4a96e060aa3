import ArgumentParser
import PairCore
import Pipeline
import TaskFiles

struct Orchestrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Give a task, or a plan's tasks, to the agents that suit them best.",
    discussion: """
      The agent works on a worktree of its own. What it did is committed on the branch paircoder/<ID>; \
      your checkout, index and branches stay as they are.
      """)

  @Option(help: ArgumentHelp("The task to carry out.", valueName: "id")) var task: String?
  @Option(help: ArgumentHelp("The plan, or sprint, whose tasks to carry out in order.", valueName: "name"))
  var plan: String?
  @Flag(help: "Show what would be done, and why; change nothing.") var dryRun = false
  @Option(help: ArgumentHelp("The agent to prefer (10 % of the score).", valueName: "agent")) var prefer:
    String?
  @Option(help: ArgumentHelp("What it may cost at most, in US dollars.", valueName: "usd")) var maxCost:
    String?
  @Option(help: ArgumentHelp("The commit to start from (default: HEAD).", valueName: "rev")) var base: String?
  @Flag(help: "Run a task anew that has a result already.") var again = false
  @Flag(help: "Print the answer as JSON.") var json = false

  func validate() throws {
    guard (task == nil) != (plan == nil) else {
      throw ValidationError("Name what to carry out: either --task ID or --plan NAME.")
    }
  }

  func run() async throws {
    let request = Orchestrator.Request(
      preferred: prefer, maxCostInUSD: try maxCostInUSD(), base: base, again: again)
    let orchestrator = try Orchestrator.ofProcess()
    if let task {
      try await runTask(TaskID(task), request, by: orchestrator)
    } else if let plan {
      try await runPlan(plan, request, by: orchestrator)
    }
  }

  private func maxCostInUSD() throws(PairError) -> Double? {
    guard let maxCost else { return nil }
    guard let amount = Double(maxCost), amount.isFinite, amount >= 0 else {
      throw PairError(
        .usage, "--max-cost: '\(maxCost.escapedForTerminal(limit: 40))' is not an amount of US dollars",
        hint: "Write it as a number, for example --max-cost 0.50")
    }
    return amount
  }

  private func runTask(
    _ id: TaskID, _ request: Orchestrator.Request, by orchestrator: borrowing Orchestrator
  ) async throws {
    let task = try orchestrator.library().task(id)
    let routed = try orchestrator.decide(task, request)
    if dryRun {
      let assignment = routed.decision.agent == nil ? nil : try orchestrator.assignTask(routed, request)
      if json {
        Terminal.print(try Record.json(DryRunRecord(decision: routed.decision, assignment: assignment)))
      } else {
        Terminal.print(DecisionText(routed, assignment).lines.joined(separator: "\n"))
      }
      _ = try routed.decision.requireAgent()  // Without an agent the dry run, too, ends with its status.
      return
    }
    let assignment = try orchestrator.assignTask(routed, request)
    if !json { Terminal.say(DecisionText.summary(of: routed.decision, assignment)) }
    switch try await orchestrator.execute(assignment, of: routed, request) {
    case .notNeeded(let reason):
      if json {
        Terminal.print(try Record.json(RunRecord(task: id, reason: reason)))
      } else {
        Terminal.say(reason)
      }
    case .ran(let last, let outcome):
      if json {
        Terminal.print(try Record.json(RunRecord(assignment: last, outcome: outcome)))
      } else {
        Terminal.print(OutcomeText(last, outcome).lines.joined(separator: "\n"))
      }
      if outcome.commit == nil { throw Ended(status: OutcomeText.status(of: outcome)) }
    }
  }

  private func runPlan(
    _ name: String, _ request: Orchestrator.Request, by orchestrator: borrowing Orchestrator
  ) async throws {
    let (description, tasks) = try orchestrator.schedule(name)
    if dryRun { return try showPlan(description, tasks, request, by: orchestrator) }
    Terminal.say("\(description): \(tasks.map(\.id.text).joined(separator: ", "))")
    let batch = try await orchestrator.run(tasks, request) { item in
      if !json { Terminal.print(BatchText.line(for: item)) }
    }
    if json {
      Terminal.print(try Record.json(BatchRecord(plan: name, batch: batch)))
    } else {
      Terminal.print(BatchText.summary(of: batch))
    }
    if !batch.succeeded { throw Ended(status: ExitStatus.failed) }
  }

  private func showPlan(
    _ description: String, _ tasks: [AgentTask], _ request: Orchestrator.Request,
    by orchestrator: borrowing Orchestrator
  ) throws {
    var decisions: [RoutingDecision] = []
    for task in tasks { decisions.append(try orchestrator.decide(task, request).decision) }
    if json {
      Terminal.print(try Record.json(PlanRecord(plan: description, decisions: decisions)))
      return
    }
    Terminal.print("\(description), in this order:")
    var table = Table([.right, .left, .left, .left, .right, .left])
    for (index, decision) in decisions.enumerated() {
      table.add([
        "\(index + 1).", decision.inputs.task.text, decision.agent?.text ?? "nobody", decision.mode.rawValue,
        decision.chosen?.estimatedCostInUSD.inDollars ?? "–",
        decision.inputs.title.escapedForTerminal(limit: 60),
      ])
    }
    let total = decisions.reduce(0) { $0 + ($1.chosen?.estimatedCostInUSD ?? 0) }
    Terminal.print(
      (table.lines(indent: "  ") + ["  about \(total.inDollars) in all"]).joined(separator: "\n"))
  }
}

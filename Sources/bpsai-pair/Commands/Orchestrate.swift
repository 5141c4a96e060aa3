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
  @Option(
    help: ArgumentHelp(
      "The file of a workflow whose steps to carry out; with --task, on that task.", valueName: "file"))
  var workflow: String?
  @Flag(help: "Carry out what is in the queue.") var queued = false
  @Option(help: ArgumentHelp("How many tasks to run at a time.", valueName: "n")) var parallel: Int?
  @Flag(help: "Show what would be done, and why; change nothing.") var dryRun = false
  @Option(help: ArgumentHelp("The agent to prefer (10 % of the score).", valueName: "agent")) var prefer:
    String?
  @Option(help: ArgumentHelp("The only agent that may take it.", valueName: "agent")) var agent: String?
  // Unconditional: "-1" is a bad amount, not another option.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What it may cost at most, in US dollars.", valueName: "usd"))
  var maxCost: String?
  @Option(help: ArgumentHelp("The commit to start from (default: HEAD).", valueName: "rev")) var base: String?
  @Flag(help: "Run a task anew that has a result already.") var again = false
  @Flag(help: "Then merge the plan's results into one branch, as 'bpsai-pair integrate' does.")
  var integrate = false
  @Flag(help: "Print the answer as JSON.") var json = false
  @Flag(help: "With --plan and --dry-run: print what depends on what as a Mermaid graph.") var mermaid = false

  func validate() throws {
    guard [task != nil || workflow != nil, plan != nil, queued].count(where: { $0 }) == 1 else {
      throw ValidationError("Name what to carry out: --task ID, --workflow FILE, --plan NAME or --queued.")
    }
    if workflow != nil, agent != nil || prefer != nil {
      throw ValidationError("The steps of a workflow name their agents: leave out --agent and --prefer.")
    }
    if integrate, plan == nil { throw ValidationError("--integrate needs a plan: --plan NAME.") }
    if integrate, dryRun {
      throw ValidationError("'bpsai-pair integrate --plan NAME --dry-run' shows what would be merged.")
    }
    if queued, dryRun { throw ValidationError("'bpsai-pair queue' shows what is in the queue.") }
    if parallel != nil, task != nil || workflow != nil {
      throw ValidationError("--parallel is for several tasks.")
    }
    if let parallel, parallel < 1 { throw ValidationError("--parallel: at least one task runs at a time.") }
    if mermaid, plan == nil || !dryRun || json {
      throw ValidationError("--mermaid shows a plan: give it with --plan and --dry-run, without --json.")
    }
    if agent != nil, prefer != nil {
      throw ValidationError("--agent leaves nothing to prefer: give either --agent or --prefer.")
    }
  }

  func run() async throws {
    let request = RunRequest(
      preferred: prefer, forced: agent, maxCostInUSD: try Orchestrate.amount(of: maxCost), base: base,
      again: again)
    let workspace = try Workspace.ofProcess()
    if let spec = try workflowSpec(in: workspace) {
      try await run(spec, request, in: workspace)
    } else if let task {
      try await runTask(TaskID(task), request, in: workspace)
    } else if let plan {
      try await runPlan(plan, request, in: workspace)
    } else {
      try await runQueue(request, in: workspace)
    }
  }

  static func amount(of maxCost: String?) throws(PairError) -> Double? {
    guard let maxCost else { return nil }
    guard maxCost.utf8.allSatisfy({ "0123456789.".utf8.contains($0) }), let amount = Double(maxCost),
      amount.isFinite
    else {
      throw PairError(
        .usage, "--max-cost: '\(maxCost.escapedForTerminal(limit: 40))' is not an amount of US dollars",
        hint: "Write it as a number, for example --max-cost 0.50")
    }
    return amount
  }

  private func runTask(_ id: TaskID, _ request: RunRequest, in workspace: Workspace) async throws {
    let task = try workspace.settings().library.task(id)
    let notNeeded = try RunNeed(workspace).reasonForNone(task, nil, request)
    var start: TaskStart?
    if notNeeded == nil {
      start = try await TaskStart(of: task, request, in: workspace, isDryRun: dryRun)
    }
    let router = TaskRouter(workspace)
    if dryRun {
      let request = start?.request ?? request
      try show(router.decide(task, request), request, notNeeded: notNeeded, in: workspace)
      if let obstacle = start?.obstacle { throw obstacle }
      return
    }
    let request = try start?.get() ?? request
    if let notNeeded, try router.decide(task, request).decision.agent == nil {
      return try Terminal.show(RunReport(task: id, state: .notNeeded, reason: notNeeded), json: json)
    }
    let orchestrator = Orchestrator(workspace)
    let assigned = try orchestrator.assignTask(task, request)
    if !json { Terminal.say(assigned.routed.decision.summary(assigned.assignment)) }
    try Terminal.show(try await orchestrator.execute(assigned), json: json)
  }

  /// The workflow that was named, or that the task names.
  private func workflowSpec(in workspace: Workspace) throws -> WorkflowSpec? {
    let id = try task.map { try TaskID($0) }
    if let workflow { return try WorkflowFinder(workspace).spec(workflow, on: id) }
    guard let id else { return nil }
    let file = try workspace.settings().library.task(id)
    tellOfWorkflow(of: file)
    return agent == nil ? try WorkflowFinder(workspace).spec(for: file) : nil
  }

  /// Says what the words of the command make of the workflow that `task` names.
  private func tellOfWorkflow(of task: AgentTask) {
    guard let name = task.metadata.workflow?.escapedForTerminal(limit: 60) else { return }
    if agent != nil { Terminal.say("note: \(task.id) names the workflow \(name); --agent runs it without") }
    if prefer != nil {
      Terminal.say("note: --prefer counts for nothing in the workflow \(name) of \(task.id)")
    }
  }

  private func run(_ spec: WorkflowSpec, _ request: RunRequest, in workspace: Workspace) async throws {
    let command = WorkflowSpec.command(workflow: workflow, task: task)
    var start: TaskStart?
    if try RunNeed(workspace).reasonForNone(spec.task, spec, request) == nil {
      start = try await TaskStart(of: spec.task, request, in: workspace, isDryRun: dryRun)
    }
    if dryRun {
      let forecast = try WorkflowForecaster(workspace).forecast(spec, start?.request ?? request)
      try Terminal.show(
        WorkflowForecastReport(forecast, of: spec, SpendingAccount(workspace).statuses(), command: command),
        json: json)
      if forecast.notNeeded == nil {
        if forecast.findingsLeft != nil { throw Ended(status: ExitStatus.failed) }
        if let obstacle = forecast.obstacle ?? forecast.refusal { throw obstacle }
      }
      if let obstacle = start?.obstacle { throw obstacle }
      return
    }
    let request = try start?.get() ?? request
    let result = try await WorkflowRunner(workspace).run(
      .workflow(spec), request, stepEnded: { if !json { Terminal.print($0) } })
    try Terminal.show(result, next: command, again: "\(command) --again", json: json)
  }

  private func show(
    _ routed: RoutedTask, _ request: RunRequest, notNeeded: String?,
    in workspace: Workspace
  ) throws {
    let assignment = routed.decision.agent == nil ? nil : try TaskRouter(workspace).assign(routed, request)
    let account = SpendingAccount(workspace)
    let refusal = try account.refusal(of: routed.task, routed.decision)
    let limits = try LimitsReport(account.statuses(), refusal: notNeeded == nil ? refusal : nil)
    try Terminal.show(
      DryRunReport(
        decision: routed.decision, alternatives: routed.decision.alternatives(), assignment: assignment,
        notNeeded: notNeeded, limits: limits), json: json)
    // Without an agent the dry run, too, ends with its status.
    if notNeeded == nil { _ = try routed.decision.requireAgent() }
  }

  private func runPlan(_ name: String, _ request: RunRequest, in workspace: Workspace) async throws {
    let plan = try await PlanScheduler(workspace).schedule(name, request, lanes: parallel ?? 1)
    for fault in plan.faults {
      Terminal.say("note: \(fault.located)")
      if let hint = fault.hint { Terminal.say("hint: \(hint)") }
    }
    for item in plan.items { tellOfWorkflow(of: item.task) }
    if dryRun {
      let report = PlanReport(plan, try SpendingAccount(workspace).statuses())
      if mermaid {
        Terminal.print(report.mermaid.joined(separator: "\n"))
      } else {
        try Terminal.show(report, json: json)
      }
      if let obstacle = try PlanScheduler(workspace).obstacle(to: plan, request) { throw obstacle }
      try end(plan.failureKind, faults: plan.faults)
      return
    }
    // Once, and not for each task.
    if let obstacle = try PlanScheduler(workspace).obstacle(to: plan, request) { throw obstacle }
    // Not after a night of runs.
    if integrate { try PlanIntegration(workspace).requireIntegrable(name, base: request.base) }
    Terminal.say("\(plan.description): \(plan.items.map(\.task.id.text).joined(separator: ", "))")
    for line in PlanReport(plan).overlapLines { Terminal.say("note: \(line)") }
    let batch = try await Orchestrator(workspace).run(
      plan, request, isEnough: { Interrupts.isEnough }, finished: show)
    if integrate {
      return try await merge(name, after: batch, request, in: workspace, faults: plan.faults)
    }
    try show(batch, of: name, faults: plan.faults)
  }

  private func runQueue(_ request: RunRequest, in workspace: Workspace) async throws {
    let batch = try await QueueRunner(workspace).runAll(
      request, lanes: parallel ?? 1, isEnough: { Interrupts.isEnough }, finished: show)
    try show(batch, of: nil, faults: [])
  }

  private func show(_ item: BatchResult.Item) {
    if !json { Terminal.print(BatchReport.Item(item).text.joined(separator: "\n")) }
  }

  private func show(_ batch: BatchResult, of plan: String?, faults: [PairError]) throws {
    try Terminal.show(BatchReport(batch, of: plan, faults: faults), json: json)
    if !json, let plan {
      let next = IntegrationReport.command(batch.succeeded ? "integrate" : "orchestrate", plan, base)
      Terminal.say(
        batch.succeeded ? "merge the results: \(next)" : "the same command does what is left: \(next)")
    }
    try end(batch.failureKind, faults: faults)
  }

  /// Ends with the status of what failed, else with that of an invalid file that was left out.
  func end(_ kind: PairError.Kind?, faults: [PairError]) throws {
    guard let kind = kind ?? (faults.isEmpty ? nil : .invalidInput) else { return }
    throw Ended(status: ExitStatus.of(kind))
  }
}

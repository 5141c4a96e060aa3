import AgentRuns
import Git
import Host
import Ledger
import PairCore
import TaskFiles

/// One agent at work in a worktree, within its budget and its bounds: for runs and for reviews.
struct SupervisedAgent: Room {
  let workspace: Workspace
  let adapter: any AgentAdapter
  let attempt: AgentAttempt
  let worktree: RunWorktree
  /// For its prompt, transcript and stderr.
  let folder: String
  let config: Config

  /// What one agent is asked for that another is not.
  struct Options {
    var session: AgentSession?
    var answerSchema: String?
    var allowedCommands: [String] = []
    let limit: Duration
  }

  /// Runs the agent to its end and settles what it cost. `starting` is called right before the start, with the
  /// walls in words.
  func run(
    _ mode: RunMode, _ prompt: String, _ options: Options,
    starting: (_ walls: String) throws -> Void = { _ in }
  ) async throws -> AgentRun.Result {
    let account = SpendingAccount(workspace)
    let spending = try account.guardSpending(on: attempt)
    let environment = process.environment
    try Files.makeFolder(folder, mode: 0o700, effects: process.effects)
    let walls = try RunSandbox(config.sandbox, in: workspace)
    let setUp = adapter.setUp(environment)
    let sandbox = try walls.sandbox(
      for: .agent(adapter, setUp, writes: mode.writes), in: worktree.path, folder: folder)
    let request = AgentRequest(
      program: try AgentRegistry.requireProgram(of: adapter, path: environment["PATH"] ?? ""),
      mode: mode, prompt: prompt, model: attempt.model, session: options.session,
      worktree: worktree.path, runFolder: folder, maxCostInUSD: spending.maxCostInUSD,
      maxTurns: config.limits.turns, answerSchema: options.answerSchema, setUp: setUp,
      allowedCommands: options.allowedCommands, isRoot: process.isRoot, isWalled: sandbox != nil,
      deniesOwnSandbox: sandbox?.landlock == true, environment: environment,
      variables: try workspace.requireVariables(config))
    let (say, path) = (process.say, worktree.path)
    let run = AgentRun(
      of: adapter, supervisor: process.program, sandbox: sandbox,
      extraEnvironment: RunFolders.marks(of: attempt.run, for: attempt.task)
        .merging(sandbox == nil ? [:] : try walls.environment(folder: folder, isSetUp: false)) { $1 },
      bounds: AgentBounds(
        time: options.limit,
        silence: config.limits.stallInSeconds.map { .seconds($0) } ?? adapter.quietLimit,
        outputInBytes: config.limits.outputInBytes,
        isCancelled: { [request = CancelRequest(attempt.task, attempt.run, in: repository)] in request.isMade
        },
        overrun: spending.guard.map { $0.overrun }),
      effects: process.effects
    ) { event in
      if let line = event.line { say(line.replacing(path + "/", with: "")) }
    }
    try starting(sandbox.words)
    let result = try await run.run(request)
    try account.settle(result.report, of: attempt)
    return result
  }

  func recordHealth(_ failure: Failure?) throws {
    try AgentHealth(in: repository).record(
      failure, of: adapter.name, login: adapter.loginFingerprint(process.environment), at: process.now())
  }
}

extension AgentEvent {
  /// What a person who waits is told of the event; nil for what only programs need.
  fileprivate var line: String? {
    switch self {
    case .fileChanged(let path): "  changed \(path.escapedForTerminal())"
    case .commandRun(let command, let code):
      "  ran \(command.escapedForTerminal(limit: 100))\(code.map { $0 == 0 ? "" : " (status \($0))" } ?? "")"
    case .denied(let tool, let detail): "  was denied \(tool) \(detail.escapedForTerminal(limit: 100))"
    case .retrying(let reason): "  retries: \(reason.escapedForTerminal(limit: 100))"
    case .rateLimited(let until): "  is rate-limited\(until.map { " until \($0)" } ?? "")"
    case .started, .message, .toolUsed, .usage, .finished, .failed, .unknown: nil
    }
  }
}

package import Git
package import PairCore

// Entry points of more than five parameters, for callers that are not yet written for the values. They go with the
// last of these.

extension AgentRun {
  package static func run(
    _ adapter: any AgentAdapter, _ request: AgentRequest, supervisor: String,
    extraEnvironment: [String: String], bounds: AgentBounds, effects: EffectDoor,
    onEvent: @escaping @Sendable (AgentEvent) -> Void
  ) async throws -> Result {
    try await AgentRun(
      of: adapter, supervisor: supervisor, extraEnvironment: extraEnvironment, bounds: bounds,
      effects: effects, onEvent: onEvent
    ).run(request)
  }
}

extension AgentVersion {
  package static func ask(
    _ program: String, supervisor: String, environment: [String: String], folder: String,
    limit: Duration = .seconds(5), effects: EffectDoor
  ) async throws -> String? {
    try await AgentVersion(supervisor: supervisor, environment: environment, limit: limit, effects: effects)
      .of(program, in: folder)
  }
}

extension CheckRunner {
  package static func run(
    _ check: Check, in worktree: String, supervisor: String, environment: [String: String],
    folder: String, kind: String = "check", outputInBytes: Int, effects: EffectDoor,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) async throws -> CheckResult {
    try await CheckRunner(
      supervisor: supervisor, environment: environment, folder: folder, outputInBytes: outputInBytes,
      effects: effects, isCancelled: isCancelled
    ).run(check, kind: kind, in: worktree)
  }
}

extension RunWorktree {
  package static func add(
    for task: TaskID, at base: ObjectID, below root: String, commonDirectory: String, git: GitCommand,
    effects: EffectDoor
  ) async throws -> RunWorktree {
    try await WorktreeMaker(of: commonDirectory, git: git, effects: effects)
      .add(for: task, at: base, below: root)
  }
}

extension Snapshot {
  package static func take(
    of worktree: RunWorktree, content: WorktreeContent? = nil, task: TaskID, run: RunID, known: ObjectID,
    head: ObjectID?, in repository: borrowing Repository, by signature: Signature
  ) throws -> Result {
    try take(
      of: Subject(worktree, content: content, known: known, head: head), task: task, run: run, in: repository,
      by: signature)
  }
}

extension IncludedFiles {
  package static func copy(
    listedIn list: String, from checkout: GitCommand.Place, into worktree: RunWorktree,
    tracked: (String) throws -> Bool, git: GitCommand, effects: EffectDoor
  ) async throws -> Copied {
    try await IncludedFiles(listedIn: list, from: checkout, git: git, effects: effects)
      .copy(into: worktree, tracked: tracked)
  }
}

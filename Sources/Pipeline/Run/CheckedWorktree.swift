import AgentRuns
import Git
import Host
import Ledger
import PairCore
import TaskFiles

/// A worktree with what the project's commands need: copies of the user's files, what set-up commands make,
/// and the marks of a run in their environment. Runs, reviews and integrations all check in one of these.
struct CheckedWorktree: Room {
  let workspace: Workspace
  let worktree: RunWorktree
  let purpose: Purpose

  /// For whom a worktree is opened, and by whose configuration.
  struct Purpose {
    let task: TaskID
    let run: RunID
    /// The commit whose configuration holds, and what it says.
    let configuration: ObjectID
    let config: Config
  }

  private var run: RunID { purpose.run }
  private var config: Config { purpose.config }

  /// Takes a worktree of the pool at `commit`, with nothing but the commit's files in it, and a git directory of its own
  /// for whoever works there.
  static func open(at commit: ObjectID, for purpose: Purpose, in workspace: Workspace) async throws
    -> CheckedWorktree
  {
    try Plants(workspace).requireNone()
    let pool = try RunStorage(workspace).pool(
      keepsIgnored: purpose.config.worktrees.keepsIgnored,
      variables: workspace.requireVariables(purpose.config))
    do {
      let worktree = try await pool.acquire(for: purpose.task, run: purpose.run, at: commit).enclosed(
        for: purpose.run, in: workspace.repository, git: workspace.git, effects: workspace.process.effects)
      return CheckedWorktree(workspace: workspace, worktree: worktree, purpose: purpose)
    } catch let error as GitError {
      throw try lack(of: commit, in: workspace.repository) ?? error
    }
  }

  /// The error of a commit of which a file is missing in the repository; nil where all are there.
  private static func lack(of commit: ObjectID, in repository: borrowing Repository) throws -> PairError? {
    let files = try repository.files(in: repository.tree(of: commit)).filter { $0.mode != .submodule }
    for file in files where try !file.id.isPresent(in: repository) {
      let name = file.path.escapedForTerminal()
      return PairError(
        .unsupported,
        "\(commit.short) cannot be checked out: the object of \(name) (\(file.id.short)) is missing",
        hint: "'git fsck' lists what is missing; copy the objects from another clone.")
    }
    return nil
  }

  /// Calls `work` in a worktree of exactly `commit`, set up as a run's is. Nothing in it can be lost: it is
  /// given back, or removed where that fails.
  static func with<Value>(
    _ commit: ObjectID, for purpose: Purpose, in workspace: Workspace,
    _ work: (CheckedWorktree) async throws -> Value
  ) async throws -> Value {
    let checked = try await open(at: commit, for: purpose, in: workspace)
    do {
      try await checked.prepare()
      let value = try await work(checked)
      try await checked.release()
      return value
    } catch {
      try await RunStorage(workspace).remove(checked.worktree, of: purpose.run)
      throw error
    }
  }

  func release() async throws { try await RunStorage(workspace).release(worktree, of: run, config.worktrees) }

  /// Copies the user's untracked files that `.worktreeinclude` names, and runs the project's set-up commands.
  /// Throws `failed`, with the project as obstacle, when one fails or changes what is tracked.
  func prepare() async throws {
    let copies = try await copyIncludedFiles()
    let setup = config.worktrees.setup
    if !setup.isEmpty {
      let folder = try RunFolders(workspace).make("setup", of: run)
      for command in setup {
        say("  set-up: \(command.name.escapedForTerminal(limit: 60))")
        let result = try await execute(command, as: .setUp, kind: "setup", output: folder)
        if result.passed { continue }
        throw PairError(
          .failed,
          "setting up the worktree: '\(command.name.escapedForTerminal(limit: 60))' \(result.detail)",
          hint:
            "All that it printed is in \(folder)/; it runs in a fresh worktree, with few of your variables (docs/agents.md).",
          obstacle: .project)
      }
      if let path = try await worktree.firstChange(git: workspace.git, effects: process.effects) {
        throw PairError(
          .failed, "setting up the worktree changed \(path.escapedForTerminal()), which git tracks",
          hint: "It would be part of every result: have the set-up commands write only what git ignores.",
          obstacle: .project)
      }
    }
    if copies.isEmpty && setup.isEmpty { return }
    try await worktree.rememberWhatWasBrought(copies: copies, git: workspace.git, effects: process.effects)
  }

  /// Runs the declared checks up to the first that does not pass, or all of them; nil where the user wanted an end
  /// before they were through.
  ///
  /// - Parameters:
  ///   - words: stand behind a check's name where a person is told of it.
  ///   - folder: for what they print; nil for one of the run's own.
  ///   - isEnough: whether the user wants an end; asked before each check.
  func runChecks(
    _ words: String = "", output folder: String? = nil, all: Bool = false,
    until isEnough: () -> Bool = { false }
  ) async throws -> [CheckResult]? {
    let folder = try folder ?? RunFolders(workspace).make("checks", of: run)
    var results: [CheckResult] = []
    for check in config.checks {
      if isEnough() { return nil }
      say("  check: \(check.name)\(words)")
      let result = try await execute(check, as: .check, kind: "check", output: folder)
      results.append(result)
      if !result.passed, !all { break }
    }
    return results
  }

  private func execute(
    _ command: Check, as program: RunSandbox.Program, kind: String, output folder: String
  ) async throws -> CheckResult {
    let walls = try RunSandbox(config.sandbox, in: workspace)
    let own = folder + "/own"
    var environment = process.environment.merging(RunFolders.marks(of: run, for: purpose.task)) { $1 }
    try Files.makeFolder(own, mode: 0o700, effects: process.effects)
    let sandbox = try walls.sandbox(for: program, in: worktree.path, folder: own)
    if sandbox != nil {
      environment.merge(try walls.environment(folder: own, isSetUp: kind == "setup")) { $1 }
    }
    return try await CheckRunner(
      supervisor: process.program, environment: environment,
      variables: workspace.requireVariables(config), sandbox: sandbox, folder: folder,
      outputInBytes: config.limits.outputInBytes, effects: process.effects,
      isCancelled: { [request = CancelRequest(purpose.task, run, in: repository)] in request.isMade }
    ).run(command, kind: kind, in: worktree.path)
  }

  /// Copies the untracked files of the user's checkout that `.worktreeinclude` names; the paths of the
  /// copies. The list is that of the configuration's commit: another branch could name `.env`, and read it.
  private func copyIncludedFiles() async throws -> [String] {
    guard let top = repository.workingDirectory,
      let list = try workspace.settings(at: purpose.configuration).text(of: IncludedFiles.name)
    else { return [] }
    let file = try RunFolders(workspace).make("setup", of: run) + "/worktreeinclude"
    try AtomicFile.replace(file, with: list, mode: 0o600, effects: process.effects)
    let tree = try repository.tree(of: worktree.base)
    let tracked = Set(try repository.files(in: tree).map(\.path))
    let copied = try await IncludedFiles(
      listedIn: file, from: .init(gitDirectory: repository.gitDirectory, worktree: top), git: workspace.git,
      effects: process.effects
    ).copy(into: worktree) { tracked.contains($0) }
    for (path, why) in copied.leftOut {
      say("  note: \(IncludedFiles.name): \(path.escapedForTerminal()) is not copied: \(why)")
    }
    let count = copied.paths.count
    if count > 0 {
      say("  copied \(count.counted("file")) as \(IncludedFiles.name) says")
    }
    return copied.paths
  }
}

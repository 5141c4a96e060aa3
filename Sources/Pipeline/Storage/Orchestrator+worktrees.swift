import AgentRuns
import Git
import Host
import Ledger
import PairCore
import TaskFiles

extension Orchestrator {
  /// The folder that holds this repository's run worktrees.
  func worktreeRoot() throws -> String {
    let common = repository.commonDirectory
    let parts = common.split(separator: "/").map(String.init)
    let name = (parts.last == ".git" ? parts.dropLast().last : parts.last) ?? "repository"
    return try process.requireStateFolder() + "/worktrees/\(name)-\(workspace.key.hex.prefix(8))"
  }

  /// - Parameter keepsIgnored: whether its worktrees keep what git ignores.
  func worktreePool(keepsIgnored: Bool = false) throws -> WorktreePool {
    WorktreePool(
      root: try worktreeRoot(), commonDirectory: repository.commonDirectory, git: workspace.git,
      settings: try checkoutSettings() + (keepsIgnored ? " keeps-ignored" : ""), now: process.now,
      effects: process.effects)
  }

  /// In a word, what decides beside commits how git writes files when it checks them out: end of line
  /// settings, filters, attributes outside of commits.
  private func checkoutSettings() throws -> String {
    let settings = try repository.settings(matching: #"^(core|filter|extensions|lfs|submodule)\."#)
    var text = settings.map { "\($0.name)=\($0.value)" }.joined(separator: "\n")
    for name in ["attributes", "sparse-checkout"] {
      let bytes = try Files.read(repository.commonDirectory + "/info/" + name) ?? []
      text += "\n\(name) \(ObjectID.ofBlob(bytes))"
    }
    return ObjectID.ofBlob(Array(text.utf8)).short
  }

  /// A worktree for the run of `order`.
  func acquireWorktree(_ order: RunSpec) async throws -> RunWorktree {
    let assignment = order.assignment
    try await reconcileOthers(than: assignment.task, by: order.user)
    return try await worktreePool(keepsIgnored: order.config.worktrees.keepsIgnored)
      .acquire(for: assignment.task, run: assignment.run, at: assignment.base)
  }

  /// Gives back the worktree of a run that ended by itself, and whose content is kept.
  func giveBack(_ worktree: RunWorktree, _ order: RunSpec) async throws {
    try await giveBack(worktree, order.config.worktrees)
  }

  func giveBack(_ worktree: RunWorktree, _ settings: WorktreeSettings) async throws {
    try await worktreePool(keepsIgnored: settings.keepsIgnored)
      .release(worktree, limit: settings.poolLimit, keepsIgnored: settings.keepsIgnored)
  }

  /// Leaves `worktree` standing, of which not all can be kept, and says so.
  func leave(_ worktree: RunWorktree, because reason: String) throws {
    try worktreePool().leave(worktree, because: reason)
    process.say("note: the worktree \(worktree.path) stays, since not all of it can be kept: \(reason)")
    process.say("      take from it what you need, then: git worktree remove --force \(worktree.path)")
  }

  /// Brings in order what dead runs of other tasks left, so that it does not lie about until those are run
  /// again. What others work on now is theirs.
  ///
  /// - Parameter own: whose the caller sees to; nil for none.
  func reconcileOthers(than own: TaskID? = nil, by user: Signature) async throws {
    for slot in try worktreePool().slots() {
      guard try !slot.isHeld, let note = try slot.note(), note.state == .inUse, note.task != own,
        try !Lease.isHeld(note.task, in: repository)
      else { continue }
      do {
        let lease = try Lease.take(note.task, in: repository, holder: "process \(process.processID)")
        try await reconcile(lease, by: user)
        withExtendedLifetime(lease) {}
      } catch let error as PairError where error.kind == .tryLater {
        continue
      } catch {
        process.say("note: \(slot.path) is left as it is: \(Orchestrator.words(of: error))")
      }
    }
  }

  /// Keeps what dead runs of `task` left standing, whose lease the caller holds, and removes it; the ref that
  /// keeps what `run` left, nil when that was nothing.
  func clearLeftWorktrees(of task: TaskID, run: RunID, by user: Signature) async throws -> String? {
    var kept: String?
    let pool = try worktreePool()
    for slot in try pool.slots() {
      guard let note = try slot.note(), note.state == .inUse, note.task == task,
        let (held, left) = try pool.hold(slot, for: "\(task), being cleared")
      else { continue }
      process.say("note: the worktree of an earlier run of \(task) still stands")
      let ref = try await clear(left, run: held.run, task: task, by: user)
      if held.run == run { kept = ref }
    }
    return kept
  }

  /// Puts into a fresh worktree what an agent that writes needs there beside the commit's files: copies of the
  /// user's untracked files, and what the project's commands make.
  ///
  /// - Throws: `PairError` of kind `failed`, with the project as obstacle, when a set-up command fails or changes
  ///   what is tracked.
  func prepare(_ worktree: RunWorktree, _ order: RunSpec) async throws {
    let assignment = order.assignment
    guard assignment.mode.writes else { return }
    try await prepare(
      worktree, for: assignment.task, run: assignment.run, configuration: assignment.configuration,
      order.config)
  }

  /// The same for whoever works in it on `task` under the id `run`.
  func prepare(
    _ worktree: RunWorktree, for task: TaskID, run: RunID, configuration: ObjectID, _ config: Config
  ) async throws {
    let copies = try await copyIncludedFiles(to: worktree, run: run, configuration: configuration)
    let setup = config.worktrees.setup
    let folder = runsFolder(of: run) + "/setup"
    if !setup.isEmpty { try Files.makeFolder(folder, mode: 0o700, effects: process.effects) }
    for command in setup {
      process.say("  set-up: \(command.name.escapedForTerminal(limit: 60))")
      let result = try await CheckRunner.run(
        command, in: worktree.path, supervisor: process.program,
        environment: process.environment.merging(marks(of: run, for: task)) { $1 }, folder: folder,
        kind: "setup", outputInBytes: config.limits.outputInBytes, effects: process.effects,
        isCancelled: isCancelled(run, of: task))
      if result.passed { continue }
      throw PairError(
        .failed,
        "setting up the worktree: '\(command.name.escapedForTerminal(limit: 60))' \(result.detail)",
        hint: "All that it printed is in \(folder)/; it runs in a fresh worktree, without your credentials.",
        obstacle: .project)
    }
    if copies.isEmpty && setup.isEmpty { return }
    if !setup.isEmpty, let path = try await worktree.firstChange(git: workspace.git) {
      throw PairError(
        .failed, "setting up the worktree changed \(path.escapedForTerminal()), which git tracks",
        hint: "It would be part of every result: have the set-up commands write only what git ignores.",
        obstacle: .project)
    }
    try await worktree.rememberWhatWasBrought(
      copies: copies, git: workspace.git, effects: process.effects)
  }

  /// Copies the untracked files of the user's checkout that `.worktreeinclude` names; the paths of the copies.
  ///
  /// The list is that of the configuration's commit: another branch could name `.env`, and read it.
  private func copyIncludedFiles(
    to worktree: RunWorktree, run: RunID, configuration: ObjectID
  ) async throws -> [String] {
    guard let top = repository.workingDirectory,
      let list = try workspace.text(of: IncludedFiles.name, at: configuration)
    else { return [] }
    let folder = runsFolder(of: run)
    try Files.makeFolder(folder, mode: 0o700, effects: process.effects)
    let file = folder + "/worktreeinclude"
    try Files.replace(file, with: list, mode: 0o600, effects: process.effects)
    let tree = try repository.tree(of: worktree.base)
    let tracked = Set(try repository.files(in: tree).map(\.path))
    let copied = try await IncludedFiles.copy(
      listedIn: file, from: .init(gitDirectory: repository.gitDirectory, worktree: top), into: worktree,
      tracked: { tracked.contains($0) }, git: workspace.git, effects: process.effects)
    for (path, why) in copied.leftOut {
      process.say("  note: \(IncludedFiles.name): \(path.escapedForTerminal()) is not copied: \(why)")
    }
    let count = copied.paths.count
    if count > 0 {
      process.say("  copied \(count == 1 ? "one file" : "\(count) files") as \(IncludedFiles.name) says")
    }
    return copied.paths
  }
}

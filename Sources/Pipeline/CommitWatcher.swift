import Host
import Git
import Ledger
import PairCore
import TaskFiles

/// Notices what a commit changed, decides who should take the tasks in it, and records that.
public struct CommitWatcher: ~Copyable {
  private let orchestrator: Orchestrator

  private var repository: Repository { _read { yield orchestrator.repository } }

  public init(_ workspace: consuming Workspace) { orchestrator = Orchestrator(workspace) }

  /// Remembers HEAD as seen, so that what came before is left alone.
  public func startHere() throws {
    if let commit = try repository.head().commit { try remember(commit) }
  }

  /// Routes the tasks that changed since the last commit seen on this branch. Returns a line a task.
  public func afterCommit() throws -> [String] {
    let head = try repository.head()
    guard let commit = head.commit, !isOurs(head), try !isReplaying() else { return [] }
    let event = try event(upTo: commit)
    try remember(commit)
    guard case .taskFilesChanged(let changes, _, _) = event else { return [] }
    let library = try orchestrator.library(at: commit)
    var lines: [String] = []
    for change in changes where change.kind != .deleted {
      guard let file = library.files.first(where: { $0.path == change.path }) else { continue }
      do {
        let task = try file.parse()
        guard task.metadata.status?.isReady ?? true else { continue }
        lines.append(try route(task, at: commit))
      } catch let error as PairError {
        lines.append("\(error.location.map { "\($0): " } ?? "")\(error.message)")
      }
    }
    return lines.count <= 5
      ? lines : Array(lines.prefix(5)) + ["and \(lines.count - 5) more; see 'bpsai-pair status'"]
  }

  /// What happened to the task files since the last commit seen.
  private func event(upTo commit: ObjectID) throws -> GitEvent {
    let since = try lastSeen() ?? repository.commit(commit).parents.first
    let folder = try orchestrator.workspace.config(at: commit).tasksFolder
    let changes = try repository.changes(
      from: since.map { try repository.tree(of: $0) }, to: repository.tree(of: commit), below: folder)
    return .taskFilesChanged(changes, from: since, to: commit)
  }

  private func route(_ task: AgentTask, at commit: ObjectID) throws -> String {
    var request = Orchestrator.Request()
    request.base = commit.hex
    let decision = try orchestrator.decide(task, request, at: commit).decision
    let log = TaskLog(task.id)
    let sentence =
      decision.agent.map { "\(task.id): routed to \($0) (\(decision.mode.rawValue))" }
      ?? "\(task.id): no agent can take it"
    let files = ["decision.json": try Record.json(decision), "task.md": Array(task.text.utf8)]
    try log.append(
      to: repository, by: orchestrator.workspace.requireUser(), files: files,
      random: orchestrator.surroundings.random
    ) { state in
      if state.isUnderWay || state.last?.kind == .routed && state.last?.details.text == task.source.blob {
        return nil
      }
      var details = TaskEvent.Details()
      details.agent = decision.agent
      details.mode = decision.mode
      details.text = task.source.blob
      return TaskEvent(.routed, task.id, sentence, details)
    }
    guard let agent = decision.agent else {
      return "\(task.id) → nobody: bpsai-pair orchestrate --task \(task.id) --dry-run"
    }
    let cost = decision.chosen?.estimatedCostInUSD ?? 0
    return
      "\(task.id) → \(agent) (\(decision.mode.rawValue)\(cost == 0 ? "" : ", about \(cost.inDollars)")): bpsai-pair orchestrate --task \(task.id)"
  }

  /// Whether the commit is one of a run: inside an agent, or on a branch of ours.
  private func isOurs(_ head: Repository.Head) -> Bool {
    if orchestrator.surroundings.environment["PAIRCODER_RUN"] != nil { return true }
    if case .branch(let name, _) = head { return name.isOurs }
    return false
  }

  /// Whether git is in the middle of a rebase or a sequence of picks: its commits are taken when it ends.
  private func isReplaying() throws -> Bool {
    ["rebase-merge", "rebase-apply", "sequencer"].contains { name in
      Files.kind(of: repository.gitDirectory + "/" + name) != nil
    }
  }

  private func seenPath() throws -> String {
    let name: String
    if case .branch(let branch, _) = try repository.head() { name = branch.ref } else { name = "HEAD" }
    return repository.stateFolder + "/seen/" + ObjectID.ofBlob(Array(name.utf8)).hex
  }

  /// The last commit seen on this branch; nil when there is none, or it is gone.
  private func lastSeen() throws -> ObjectID? {
    guard let bytes = try Files.read(seenPath(), limitInBytes: 1024),
      let id = ObjectID(String(decoding: bytes, as: UTF8.self).trimmed)
    else { return nil }
    do {
      _ = try repository.tree(of: id)
      return id
    } catch  where error.kind == .notFound {
      return nil
    }
  }

  private func remember(_ commit: ObjectID) throws {
    let path = try seenPath()
    let effects = orchestrator.surroundings.effects
    try Files.makeFolder(repository.stateFolder + "/seen", effects: effects)
    try Files.replace(path, with: Array((commit.hex + "\n").utf8), effects: effects)
  }
}

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
    if let commit = try repository.head().commit { try remember(commit, forgetting: []) }
  }

  /// Routes the tasks that changed since the last commit seen on this branch. Returns a line a task.
  public func afterCommit() throws -> [String] {
    let head = try repository.head()
    guard let commit = head.commit, try !isOurs(head), try !isReplaying() else { return [] }
    var lines: [String] = []
    var gone: Set<String> = []
    for event in try events(upTo: commit) {
      switch event {
      case .taskFilesChanged(let changes, _, let commit): lines += try route(changes, at: commit)
      case .branchDeleted(let branch, _): gone.insert(branch.ref)
      // What was committed on another branch was, or will be, seen there.
      case .branchCreated, .branchMoved: break
      }
    }
    try remember(commit, forgetting: gone)
    return lines.count <= 5
      ? lines : Array(lines.prefix(5)) + ["and \(lines.count - 5) more; see 'bpsai-pair status'"]
  }

  /// What happened to the branches, and to the task files of this one, since the last time.
  private func events(upTo commit: ObjectID) throws -> [GitEvent] {
    let seen = try SeenCommits(in: repository)
    let since = try lastSeen(in: seen) ?? repository.commit(commit).parents.first
    let folder = try orchestrator.workspace.config(at: commit).tasksFolder
    let changes = try repository.changes(
      from: since.map { try repository.tree(of: $0) }, to: repository.tree(of: commit), below: folder)
    var branches: [BranchName: ObjectID] = [:]
    for (ref, id) in try repository.refs(under: "refs/heads/") { branches[BranchName(ref: ref)] = id }
    let before = seen.commits.filter { $0.key.hasPrefix("refs/heads/") }
    let events = GitEvent.branchEvents(
      from: Dictionary(uniqueKeysWithValues: before.map { (BranchName(ref: $0.key), $0.value) }), to: branches
    )
    return changes.isEmpty ? events : events + [.taskFilesChanged(changes, from: since, to: commit)]
  }

  private func route(_ changes: [FileChange], at commit: ObjectID) throws -> [String] {
    let library = try orchestrator.library(at: commit)
    var lines: [String] = []
    for change in changes where change.kind != .deleted {
      guard let file = library.files.first(where: { $0.path == change.path }) else { continue }
      do {
        let task = try library.task(file.parse().id)  // An id that stands in two files is an error.
        guard task.source.path == change.path, task.metadata.status?.isReady ?? true else { continue }
        if let line = try route(task, at: commit) { lines.append(line) }
      } catch let error as PairError {
        lines.append("\(error.location.map { "\($0): " } ?? "")\(error.message)")
      }
    }
    return lines
  }

  /// Records who would take `task`; nil when this text was routed, or has a result, already.
  private func route(_ task: AgentTask, at commit: ObjectID) throws -> String? {
    var request = Orchestrator.Request()
    request.base = commit.hex
    let decision = try orchestrator.decide(task, request, at: commit).decision
    let log = TaskLog(task.id)
    let sentence =
      decision.agent.map { "\(task.id): routed to \($0) (\(decision.mode.rawValue))" }
      ?? "\(task.id): \(decision.inputs.recipe == .unapproved ? "its recipe waits for an approval" : "no agent can take it")"
    let files = ["decision.json": try Record.json(decision)]
    let appended = try log.append(
      to: repository, by: orchestrator.workspace.requireUser(), files: files,
      random: orchestrator.surroundings.random
    ) { state in
      let isKnown = state.last?.kind == .routed && state.last?.details.text == task.source.blob
      // What is queued stays so: whoever runs it reads its latest text.
      if state.isUnderWay || state.isQueued || isKnown || state.result?.text == task.source.blob {
        return nil
      }
      var details = TaskEvent.Details()
      details.agent = decision.agent
      details.mode = decision.mode
      details.text = task.source.blob
      return TaskEvent(.routed, task.id, sentence, details)
    }
    return appended == nil ? nil : line(for: decision)
  }

  /// What the person who committed is told: who would take the task, and what to type.
  private func line(for decision: RoutingDecision) -> String {
    let task = decision.inputs.task.id
    guard let agent = decision.agent else {
      if decision.inputs.recipe == .unapproved {
        return "\(task) → recipe, once approved: bpsai-pair trust \(task)"
      }
      let best = decision.ranking.first
      let why =
        best.flatMap { score in score.excluded.map { ": \(score.agent) is best, but \($0.reason)" } } ?? ""
      return "\(task) → nobody\(why)"
    }
    let cost = decision.chosen?.estimatedCostInUSD ?? 0
    let about = cost == 0 ? "" : ", about \(cost.inDollars)"
    return "\(task) → \(agent) (\(decision.mode.rawValue)\(about)): bpsai-pair orchestrate --task \(task)"
  }

  /// Whether the commit is one of a run: inside an agent, or on a branch of ours.
  private func isOurs(_ head: Repository.Head) throws -> Bool {
    if orchestrator.surroundings.environment["PAIRCODER_RUN"] != nil { return true }
    if case .branch(let name, _) = head { return name.isOurs }
    // An agent that commits by itself does it in a run's worktree, where HEAD is detached.
    guard repository.isLinkedWorktree, let top = repository.workingDirectory else { return false }
    return top.hasPrefix(try orchestrator.worktreeRoot())
  }

  /// Whether git is in the middle of a rebase or a sequence of picks: its commits are taken when it ends.
  private func isReplaying() throws -> Bool {
    ["rebase-merge", "rebase-apply", "sequencer"].contains { name in
      Files.kind(of: repository.gitDirectory + "/" + name) != nil
    }
  }

  /// The ref under which what was seen here is remembered.
  private func place() throws -> String {
    if case .branch(let branch, _) = try repository.head() { branch.ref } else { "HEAD" }
  }

  /// The last commit seen here; nil when there is none, or it is gone.
  private func lastSeen(in seen: SeenCommits) throws -> ObjectID? {
    guard let id = seen.commits[try place()] else { return nil }
    do {
      _ = try repository.tree(of: id)
      return id
    } catch  where error.kind == .notFound {
      return nil
    }
  }

  private func remember(_ commit: ObjectID, forgetting gone: Set<String>) throws {
    var seen = try SeenCommits(in: repository)
    for ref in gone { seen.commits[ref] = nil }
    seen.commits[try place()] = commit
    try seen.write(in: repository)
  }
}

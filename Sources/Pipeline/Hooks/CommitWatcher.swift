import Git
import PairCore
import TaskFiles

/// Notices what a hook of git tells of, decides who should take the tasks that changed, and records that.
package final class CommitWatcher: StatelessRoom {
  /// Takes all that is in the repository now as seen, unless the hooks have begun to watch already.
  package func start() throws {
    let seen = try SeenCommits(in: repository)
    guard seen.atStart.isEmpty, seen.commits.isEmpty else { return }
    try SeenCommits.startHere(in: repository)
    let head = try repository.head()
    if let commit = head.commit {
      try SeenCommits.remember(
        commit, at: ref(of: head), tasksIn: workspace.settings(at: commit).config.tasksFolder,
        in: repository)
    }
  }

  /// Takes up the tasks that changed on the branch at work; git called `hook` with `arguments`.
  package func afterHook(_ hook: HookName, _ arguments: [String]) throws -> HookReport {
    let head = try repository.head()
    let replay = InProgressGitOperation(in: repository)
    guard let tip = head.commit, try !isOurs(head), !replay.isPartOfMore(hook, arguments) else {
      return HookReport()
    }
    let place = replay.branch ?? ref(of: head)
    let seen = try SeenCommits(in: repository)
    let last = try seen.last(at: place, in: repository)
    let parents = try repository.commit(tip).parents
    // On no branch one may jump anywhere, and worktrees share the place.
    let isLine =
      try place.hasPrefix("refs/") || last.map { try repository.isReachable($0, from: tip) } ?? false
    let since =
      try isLine ? last ?? beginning(of: tip, parents, in: seen) : beginning(of: tip, parents, in: seen)
    let branch = place.hasPrefix("refs/heads/") ? BranchName(ref: place) : nil
    let event: GitEvent =
      switch (branch, last) {
      case (let branch?, let last?): .branchMoved(branch, from: last, to: tip)
      case (let branch?, nil): .branchCreated(branch, at: tip)
      case (nil, _): .headMoved(from: since, to: tip)
      }
    let config = try workspace.settings(at: tip).config
    // One commit on what was seen, told by the very hook that follows it, was made here.
    let isOwn = hook == .postCommit && parents == [since].compactMap { $0 }
    let sources = Sources(
      isOwn: isOwn, known: try since == nil ? seen.known(in: repository) : [],
      old: try isOwn ? [] : seen.atStart.filter { try repository.exists($0) },
      foreign: try branch.map { try last == nil ? repository.fetchedTips(of: $0) : [] } ?? [])
    let report = try take(event, since: since, config.hooks, sources)
    try SeenCommits.remember(tip, at: place, tasksIn: config.tasksFolder, in: repository)
    return report
  }

  /// Takes up the tasks on the branches pushed to this bare repository, by what git gives the post-receive
  /// hook. The rules are those of HEAD's branch: who pushes another decides nothing here.
  package func afterReceive(_ lines: String) throws -> HookReport {
    if isInRun { return HookReport() }
    let events = GitEvent.received(lines)
    let rules = try repository.head().commit.map { try workspace.settings(at: $0).config.hooks }
    var pushed: [ObjectID: Int] = [:]
    var before: [ObjectID] = []
    for event in events {
      switch event {
      case .branchCreated(_, let tip): pushed[tip, default: 0] += 1
      case .branchMoved(_, let old, let tip):
        pushed[tip, default: 0] += 1
        before.append(old)
      case .branchDeleted(_, let old): before.append(old)
      case .headMoved: break
      }
    }
    for tip in try repository.refs(under: "refs/heads/").values {
      // A branch that stood where another was pushed to was there before.
      if let count = pushed[tip], count > 0 { pushed[tip] = count - 1 } else { before.append(tip) }
    }
    let seen = try SeenCommits(in: repository)
    var report = HookReport()
    for event in events {
      let since: ObjectID? =
        switch event {
        case .branchMoved(_, let old, _): try repository.exists(old) ? old : nil
        case .branchCreated(_, let tip): try repository.mergeBase(of: tip, andAnyOf: before)
        case .branchDeleted, .headMoved: nil
        }
      report += try take(
        event, since: since, rules ?? .standard,
        Sources(isOwn: true, known: since == nil ? before : [], old: seen.atStart, foreign: []))
    }
    return report
  }

  /// Where what is new may have come from.
  struct Sources {
    /// Whether all of it was made here, as far as hooks know.
    let isOwn: Bool
    /// Commits that were seen, where none is an ancestor: what stands in them is no news.
    let known: [ObjectID]
    /// What was there when the hooks were installed.
    let old: [ObjectID]
    /// What others made, besides what remotes' branches hold.
    let foreign: [ObjectID]
  }

  /// What follows from `event`; up to `since` the tasks were seen.
  private func take(
    _ event: GitEvent, since: ObjectID?, _ rules: HookRules, _ sources: Sources
  ) throws -> HookReport {
    switch event {
    case .branchCreated(let branch, let tip), .branchMoved(let branch, _, let tip):
      guard rules.concerns(branch) else { return HookReport() }
      return try take(changedFiles(from: since, to: tip, sources), on: branch, rules)
    case .headMoved(_, let tip):
      guard rules.concerns(nil) else { return HookReport() }
      return try take(changedFiles(from: since, to: tip, sources), on: nil, rules)
    case .branchDeleted(let branch, _):
      return try dequeueAll(queuedOn: branch)
    }
  }

  /// Where a branch that was not seen yet left those that were; else the commit before it.
  private func beginning(of tip: ObjectID, _ parents: [ObjectID], in seen: SeenCommits) throws -> ObjectID? {
    let known = try seen.known(in: repository)
    if known.isEmpty { return try parents.first.flatMap { try repository.exists($0) ? $0 : nil } }
    return try repository.mergeBase(of: tip, andAnyOf: known)
  }

  /// Whether the commit is one of a run: inside an agent, or on a branch of ours.
  private func isOurs(_ head: Repository.Head) throws -> Bool {
    if isInRun { return true }
    if case .branch(let name, _) = head { return name.isOurs }
    // An agent that commits by itself does it in a run's worktree, where HEAD is detached.
    guard repository.isLinkedWorktree, let top = repository.workingDirectory else { return false }
    return top.hasPrefix(try RunStorage(workspace).root())
  }

  /// Whether an agent, or what it started, made git call the hook.
  private var isInRun: Bool { process.environment["PAIRCODER_RUN"] != nil }

  /// The name under which what was seen at `head` is remembered.
  private func ref(of head: Repository.Head) -> String {
    switch head {
    case .branch(let branch, _), .unborn(let branch): branch.ref
    case .detached: "HEAD"
    }
  }
}

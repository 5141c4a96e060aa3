import AgentRuns
import Git
import Host
import PairCore

/// Compares what is the user's before and after an agent's turn. What an agent reaches by its path is not prevented by a
/// git directory of its own: it is told, with the way to undo it.
///
/// Where the user was at work there meanwhile (`UserPresence`), what changed may be theirs: only what git would obey is
/// told, as a note. docs/agents.md says what cannot be seen.
struct Watch: Room {
  let workspace: Workspace
  private let reader: UserStateReader
  let before: UserState
  /// Nil after the end of the process that watched.
  private let presence: UserPresence?
  private let run: RunID

  /// - Parameter worktree: where the agent is to work; nil for none.
  init(_ workspace: Workspace, of run: RunID, _ task: TaskID, in worktree: RunWorktree? = nil) async throws {
    self.workspace = workspace
    self.run = run
    let place = GitCommand.Place(gitDirectory: workspace.repository.gitDirectory)
    let settings: GitSettings
    if let known = worktree?.settings {
      settings = known
    } else {
      settings = try await GitSettings.read(at: place, by: workspace.git)
    }
    reader = try UserStateReader(workspace, task: task, settings: settings, own: worktree?.gitDirectory)
    before = try await reader.read(.allWithUnsaved)
    try WatchNote(before).write(for: run, of: task, in: workspace)
    let top = workspace.repository.workingDirectory
    let presence = UserPresence(in: [workspace.repository.commonDirectory] + (top.map { [$0] } ?? []))
    presence.keepLooking()
    self.presence = presence
  }

  /// What the turn changed that is not the agent's to change.
  struct Report {
    /// Until when it was changed, in words.
    var meanwhile = "while the agent worked"
    var findings: [Finding] = []
    /// What files held before, by their ids.
    var kept: [String: [UInt8]] = [:]
    /// What refs stood at before.
    var refs: [String] = []
    /// The files that were made or changed and that git, or this program, goes by.
    var planted: [String] = []

    mutating func add(
      _ name: String, _ words: String, undo: String, severity: Finding.Severity = .block
    ) {
      let message = "\(words) \(meanwhile). \(undo)"
      findings.append(Finding(rule: .outside, severity: severity, path: name, message: message))
    }
  }

  private init(
    _ workspace: Workspace, _ reader: UserStateReader, _ before: UserState, _ presence: UserPresence?,
    _ run: RunID
  ) {
    (self.workspace, self.reader, self.before) = (workspace, reader, before)
    (self.presence, self.run) = (presence, run)
  }

  /// What has changed by now.
  ///
  /// - Parameters:
  ///   - wasLedElsewhere: whether the worktree's `.git` file was changed; it leads back by now.
  ///   - meanwhile: since when, in words.
  func end(
    wasLedElsewhere: Bool = false, meanwhile: String = "while the agent worked"
  ) async throws -> Report {
    var report = Report(meanwhile: meanwhile)
    let after = try await reader.read(.all)
    let isExplained = try presence?.wasSeen == true || wasSeenByHook(after)
    if !isExplained {
      compareRefs(after, &report)
      try compareOurs(after, &report)
      compareCheckout(after, &report)
    }
    try await compareFiles(after, isExplained: isExplained, &report)
    if wasLedElsewhere {
      report.add(
        ".git", "led to another git directory", undo: "It leads to the agent's own again", severity: .note)
    }
    try settle(report)
    return report
  }

  private func settle(_ report: Report) throws {
    try Plants(workspace).remember(report.planted)
    try keep(report)
    try WatchNote.remove(of: run, reader.scope.task, in: workspace)
  }

  /// What `run` changed, whose process was killed before it compared; nil where the record is damaged. The user may have worked
  /// since: of refs, only those count that moved before the run's end, and nothing is said of the checkout.
  static func endOfDead(_ run: RunID, of task: TaskID, in workspace: Workspace) async throws -> Report? {
    guard let before = try WatchNote.state(of: run, task, in: workspace) else {
      try WatchNote.remove(of: run, task, in: workspace)
      return nil
    }
    let settings = try await GitSettings.read(
      at: .init(gitDirectory: workspace.repository.gitDirectory), by: workspace.git)
    let reader = try UserStateReader(workspace, task: task, settings: settings, own: nil)
    let watch = Watch(workspace, reader, before, nil, run)
    var after = try await reader.read(.withoutCheckout(files: Set(before.files.keys)))
    after.files = after.files.filter { before.files[$0.key] != nil || !isMoved($0.key) }
    let end = try watch.endOfRun()
    for name in Set(before.refs.keys).union(after.refs.keys)
    where try before.refs[name] != after.refs[name] && watch.hasMoved(name, after: end) {
      after.refs[name] = before.refs[name]
    }
    var report = Report(meanwhile: "since run \(run) began, which was killed")
    watch.compareRefs(after, &report)
    try watch.compareOurs(after, &report)
    try await watch.compareFiles(after, isExplained: false, &report)
    try watch.settle(report)
    return report
  }

  /// When the run's processes wrote last, in seconds since 1970; they are ended a few seconds after their watcher.
  private func endOfRun() throws -> Int64 {
    var end: Int64 = 0
    try DirectoryWalk.walk(RunFolders(workspace).folder(of: run)) { _, info in
      end = max(end, info?.changedAt.secondsSince1970 ?? 0)
      return true
    }
    return end + 20
  }

  /// Whether the ref moved after `end`: its reflog says when it moved last, else its file.
  private func hasMoved(_ name: String, after end: Int64) throws -> Bool {
    let log = try Files.read(repository.commonDirectory + "/logs/" + name) ?? []
    let entry = log.split(separator: 0x0A).last.flatMap(Watch.seconds)
    let moved = entry ?? FileInfo(at: repository.commonDirectory + "/" + name)?.changedAt.secondsSince1970
    return moved.map { $0 > end } ?? false
  }

  /// Keeps what files held and where refs stood. Files may hold secrets of the user's: they are not in the log, which is
  /// published.
  private func keep(_ report: Report) throws {
    if report.kept.isEmpty && report.refs.isEmpty { return }
    let entries = try report.kept.map {
      Repository.TreeEntry(path: $0.key, id: try repository.writeBlob($0.value), mode: .file)
    }
    let (name, user) = ("refs/paircoder/before/\(run)", try workspace.requireUser())
    let earlier = try repository.ref(name)
    let tips = try report.refs.compactMap { ObjectID(String($0.prefix { $0 != " " })) }
      .filter { try repository.isCommit($0) }
    let commit = try repository.writeCommit(
      tree: try repository.writeTree(on: nil, putting: entries),
      parents: ([earlier].compactMap(\.self) + tips).reduce(into: []) {
        if !$0.contains($1) { $0.append($1) }
      },
      author: user, committer: user, message: "What there was before run \(run)\n")
    try repository.swapRef(name, from: earlier, to: commit, because: "an agent changed it")
  }

  /// The same after the run broke off; nothing where that fails, since what broke it off is on its way.
  func endAfterBreak() async -> Report? {
    try? await Uncancelled.run {
      [process, parsed = workspace.parsed, scope = reader.scope, before, presence, run] in
      let workspace = try Workspace(process, sharing: parsed)
      return try await Watch(workspace, UserStateReader(workspace, scope), before, presence, run)
        .end()
    }
  }

  /// Whether a hook of ours saw the user move a branch: it is told of no run's commits (`CommitWatcher.isInRun`).
  private func wasSeenByHook(_ after: UserState) throws -> Bool {
    let seen = try SeenCommits(in: repository).commits
    return after.refs.contains { name, id in before.refs[name] != id && seen[name] == id }
  }
}

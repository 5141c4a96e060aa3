import AgentRuns
import Git
import Host
import Ledger
import PairCore

/// Compares what is the user's before and after an agent's turn. What an agent reaches by its path is not prevented by a
/// git directory of its own: it is told, with the way to undo it.
///
/// Where the user was at work there meanwhile (`UserPresence`), what changed may be theirs: only what git would obey is
/// told, as a note. docs/agents.md says what cannot be seen.
struct Watch: Room {
  let workspace: Workspace
  private let reader: UserStateReader
  private let before: UserState
  private let presence: UserPresence
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
    before = try await reader.read(keepsUnsaved: true)
    let top = workspace.repository.workingDirectory
    presence = UserPresence(in: [workspace.repository.commonDirectory] + (top.map { [$0] } ?? []))
    presence.keepLooking()
  }

  /// What the turn changed that is not the agent's to change.
  struct Report {
    var findings: [Finding] = []
    /// What files held before, by their ids.
    fileprivate var kept: [String: [UInt8]] = [:]
    /// What refs stood at before.
    var refs: [String] = []
    /// The files that were made or changed and that git, or this program, goes by.
    fileprivate var planted: [String] = []

    fileprivate mutating func add(
      _ name: String, _ words: String, undo: String, severity: Finding.Severity = .block
    ) {
      let message = "\(words) while the agent worked. \(undo)"
      findings.append(Finding(rule: .outside, severity: severity, path: name, message: message))
    }
  }

  private init(
    _ workspace: Workspace, _ reader: UserStateReader, _ before: UserState, _ presence: UserPresence,
    _ run: RunID
  ) {
    (self.workspace, self.reader, self.before) = (workspace, reader, before)
    (self.presence, self.run) = (presence, run)
  }

  /// What has changed by now.
  ///
  /// - Parameter wasLedElsewhere: whether the worktree's `.git` file was changed; it leads back by now.
  func end(wasLedElsewhere: Bool) async throws -> Report {
    var report = Report()
    let after = try await reader.read(keepsUnsaved: false)
    let isExplained = try presence.wasSeen || wasSeenByHook(after)
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
    try Plants(workspace).remember(report.planted)
    try keep(report)
    return report
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
        .end(wasLedElsewhere: false)
    }
  }

  /// Whether a hook of ours saw the user move a branch: it is told of no run's commits (`CommitWatcher.isInRun`).
  private func wasSeenByHook(_ after: UserState) throws -> Bool {
    let seen = try SeenCommits(in: repository).commits
    return after.refs.contains { name, id in before.refs[name] != id && seen[name] == id }
  }

  /// Refs are told with the command that puts them back by compare-and-swap: the move may be the user's after all.
  private func compareRefs(_ after: UserState, _ report: inout Report) {
    for name in Set(before.refs.keys).union(after.refs.keys).sorted()
    where before.refs[name] != after.refs[name] {
      tell(name, before.refs[name], after.refs[name], &report)
    }
  }

  private func tell(_ name: String, _ old: ObjectID?, _ new: ObjectID?, _ report: inout Report) {
    let what =
      switch (old, new) {
      case (let old?, let new?): "moved from \(old.short) to \(new.short)"
      case (let old?, nil): "deleted, which was at \(old.short),"
      case (nil, let new): "made, at \(new?.short ?? ""),"
      }
    let ref = name.quotedForShell
    let command =
      old.map { "update-ref \(ref) \($0) \(new?.hex ?? "''")" } ?? "update-ref -d \(ref) \(new?.hex ?? "")"
    report.refs.append("\(old?.hex ?? "-") \(name)")
    report.add(name, what, undo: "To undo it: git \(command)")
  }

  /// Logs and notes only grow, and results move with their logs: other runs and commands do so meanwhile.
  private func compareOurs(_ after: UserState, _ report: inout Report) throws {
    for name in Set(before.ours.keys).union(after.ours.keys).sorted() {
      let (old, new) = (before.ours[name], after.ours[name])
      if old == new { continue }
      if old == nil, !name.hasPrefix("refs/heads/") { continue }
      if let old, let new, try isGrowth(of: name, from: old, to: new) { continue }
      if try isByAnotherRun(name) { continue }
      tell(name, old, new, &report)
    }
  }

  private func isGrowth(of name: String, from old: ObjectID, to new: ObjectID) throws -> Bool {
    let grows =
      name.hasPrefix(TaskLog.refPrefix) || name.hasPrefix("refs/paircoder/plans/")
      || name == Repository.notesRef
    return try grows && new.isPresent(in: repository) && repository.isReachable(old, from: new)
  }

  /// Whether a process holds the task that the ref belongs to, or has written into its log since: a run of it, or a
  /// command, moved the ref. In this order: what a process that let go did, its log tells.
  private func isByAnotherRun(_ name: String) throws -> Bool {
    if let task = Watch.task(of: name) {
      if try Lease.isHeld(task, in: repository) { return true }
      let log = TaskLog(task).ref
      if try repository.ref(log) != before.ours[log] { return true }
      // Its log was written between two looks.
      return try name.hasPrefix("refs/heads/")
        && repository.ref(name) == workspace.state(of: task).result?.commit
    }
    let plan = "refs/heads/\(BranchName.prefix)_plan/"
    guard name.hasPrefix(plan) else { return false }
    let log = "refs/paircoder/plans/" + name.dropFirst(plan.count)
    guard let head = try repository.ref(log), let tip = try repository.ref(name) else { return false }
    // Every tip that the branch ever had is in its log.
    return try head != before.ours[log] || repository.isReachable(tip, from: head)
  }

  /// The task whose result or snapshot the ref is; nil for another ref, a log included.
  static func task(of name: String) -> TaskID? {
    for prefix in ["refs/heads/" + BranchName.prefix, "refs/paircoder/snapshots/"]
    where name.hasPrefix(prefix) {
      return try? TaskID(String(name.dropFirst(prefix.count).prefix { $0 != "/" }))  // A plan's branch.
    }
    return nil
  }

  private func compareFiles(_ after: UserState, isExplained: Bool, _ report: inout Report) async throws {
    let severity: Finding.Severity = isExplained ? .note : .block
    for path in Set(before.files.keys).union(after.files.keys).sorted() {
      let (old, new) = (before.files[path], after.files[path])
      let wasProgram = before.programs.contains(path)
      if old == new, new != nil, wasProgram != after.programs.contains(path) {
        report.add(
          path, wasProgram ? "made not executable" : "made executable",
          undo: "To undo it: chmod \(wasProgram ? "+" : "-")x \(path.quotedForShell)",
          severity: severity)
      }
      // A log that only grew says what its ref did, which is told of the ref.
      if old == new || path.contains("/logs/") && isOwnGrowth(of: old ?? [], to: new ?? []) { continue }
      let shown = path.quotedForShell
      if isExplained && Watch.isMoved(path) { continue }
      if new != nil && !isExplained && !Watch.isMoved(path) && isObeyed(path, new ?? [], beside: old ?? []) {
        report.planted.append(path)
      }
      // Git itself holds one for a moment.
      if path.hasSuffix(".lock"), old == nil {
        try await Task.sleep(for: .seconds(2))
        if FileInfo.kind(at: path) == nil { continue }
      }
      guard let old else {
        if path.contains("/paircoder/runs/") { continue }  // Of a run beside this one.
        report.add(path, "made", undo: "To undo it: rm \(shown)", severity: severity)
        continue
      }
      if FileInfo.kind(at: path) == nil, path.contains("/paircoder/runs/") {
        report.add(path, "deleted", undo: "What it held is lost: what agents of an earlier run said")
        continue
      }
      report.kept[ObjectID.ofBlob(old).hex] = old
      let verb = new == nil ? "deleted" : "changed"
      let lines = Watch.newLines(in: new ?? [], beside: old)
      let what = lines.isEmpty ? "" : " (now with: \(credentials.redacted(lines)))"
      report.add(
        path, "\(verb)\(what)", undo: Watch.restore(old, at: path),
        severity: severity)
    }
  }

  /// Whether of a reflog, as it was and is, nothing is missing but what `git gc` drops: entries that are weeks old
  /// (gc.reflogExpireUnreachable in git-config(1)).
  private func isOwnGrowth(of old: [UInt8], to new: [UInt8]) -> Bool {
    if new.starts(with: old) { return true }
    let present = Set(new.split(separator: 0x0A))
    let limit = process.now().secondsSince1970 - 29 * 86_400
    return !new.isEmpty
      && old.split(separator: 0x0A).allSatisfy { line in
        if present.contains(line) { return true }
        // "old new name <mail> seconds zone<tab>message"
        let words = line.prefix { $0 != 0x09 }.split(separator: 0x20).suffix(2)
        return words.first.flatMap { Int64(String(decoding: $0, as: UTF8.self)) }.map { $0 < limit } ?? false
      }
  }

  /// The way back to a file's bytes. A link may stand in its place, or the file may have been one.
  private static func restore(_ bytes: [UInt8], at path: String) -> String {
    let file = path.quotedForShell
    if bytes.starts(with: "-> ".utf8) {
      return
        "To undo it: ln -sfn \(String(decoding: bytes.dropFirst(3), as: UTF8.self).quotedForShell) \(file)"
    }
    // Git may need the file to read the object, and a link in its place must not be written through.
    let copy = (path + ".before").quotedForShell
    return "To undo it: git cat-file blob \(ObjectID.ofBlob(bytes)) > \(copy) && mv -f \(copy) \(file)"
  }

  /// Whether git or this program goes by what is new in the file: of the user's own settings, what can have git run a
  /// program.
  private func isObeyed(_ path: String, _ new: [UInt8], beside old: [UInt8]) -> Bool {
    if path.hasPrefix(repository.commonDirectory) || path.hasPrefix(repository.gitDirectory) { return true }
    if !path.hasSuffix("config") { return true }
    let known = Set(old.split(separator: 0x0A))
    let lines = new.split(separator: 0x0A).filter { !known.contains($0) }.map {
      String(decoding: $0, as: UTF8.self)
    }
    let words = [
      "[core", "[filter", "[merge", "[diff", "[include", "[alias", "[credential", "[gpg", "[hook", "clean",
      "smudge",
      "process", "driver", "path", "fsmonitor", "editor", "pager", "command", "helper", "program", "textconv",
      "!",
    ]
    return lines.contains { line in words.contains { line.lowercased().contains($0) } }
  }

  /// Whether git writes the file whenever refs move.
  private static func isMoved(_ path: String) -> Bool {
    path.contains("/logs/") || path.contains("/paircoder/runs/") || path.contains("/worktrees/")
      || ["HEAD", ".lock", "shallow", "BISECT_LOG"].contains(where: path.hasSuffix)
  }

  /// The first lines that are new.
  static func newLines(in new: [UInt8], beside old: [UInt8]) -> String {
    let known = Set(old.split(separator: 0x0A))
    return new.split(separator: 0x0A).filter { !known.contains($0) }.prefix(3)
      .map { String(decoding: $0, as: UTF8.self).trimmed.escapedForTerminal(limit: 80) }.joined(
        separator: "; ")
  }

  private func compareCheckout(_ after: UserState, _ report: inout Report) {
    let top = (repository.workingDirectory ?? "") + "/"
    func named(_ path: String) -> String { path.hasPrefix(top) ? String(path.dropFirst(top.count)) : path }
    func folder(_ path: String) -> String {
      path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }
    let staged = Set(before.index.keys).union(after.index.keys).filter { before.index[$0] != after.index[$0] }
      .sorted()
    for (index, bytes) in before.indices.sorted(by: { $0.key < $1.key }) where after.indices[index] != bytes {
      guard let first = staged.first else { break }
      let more = staged.count == 1 ? "" : " and \(staged.count - 1) more"
      report.add(
        "index", "changed at \(named(first).escapedForTerminal(limit: 200))\(more)",
        undo: Watch.restore(bytes, at: index))
      report.kept[ObjectID.ofBlob(bytes).hex] = bytes
    }
    for (folder, why) in after.unlisted.sorted(by: { $0.key < $1.key }) where before.unlisted[folder] == nil {
      report.add(
        folder, "not listed by git any more (\(why))",
        undo: "To see what holds it up: find \(folder.quotedForShell) -type p",
        severity: why.contains("pipe") ? .block : .note)
      // What cannot be listed is told already.
      for entry in (try? DirectoryWalk.list(folder)) ?? [] where entry.kind == .other {
        report.add(
          entry.name, "a pipe, a socket or a device in your checkout, made",
          undo: "To undo it: rm \((folder + "/" + entry.name).quotedForShell)")
      }
    }
    let isListed = before.unlisted.isEmpty && after.unlisted.isEmpty
    let changed = Set(before.checkout.keys).union(after.checkout.keys)
      .filter { before.checkout[$0] != after.checkout[$0] && (isListed || before.index[$0] != nil) }.sorted()
    for path in changed.prefix(20) {
      let shown = path.quotedForShell
      let (old, new) = (before.checkout[path], after.checkout[path])
      let what = old == nil ? "made" : new == "gone" || new == nil ? "deleted" : "changed"
      let undo: String
      if old == nil {
        undo = "To undo it: rm \(shown)"
      } else if let held = before.unsaved[path] {
        report.kept[ObjectID.ofBlob(held).hex] = held
        undo = Watch.restore(held, at: path)
      } else if before.index[path] != nil {
        undo = "To undo it: git -C \(folder(path).quotedForShell) checkout -- \(shown)"
      } else {
        undo = "It was too large to be kept"
      }
      report.add(named(path), "\(what) in your checkout", undo: undo)
    }
    if changed.count > 20 {
      report.add(
        top, "\(changed.count - 20) more files changed",
        undo: "To see them: git -C \(top.quotedForShell) status")
    }
  }
}

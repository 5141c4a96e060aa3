import AgentRuns
import Git
import Host
import Ledger
import PairCore

/// What no run may change, at one moment: the user's refs, configuration, hooks and checkout, and what this program keeps
/// of other tasks.
struct UserState: Sendable {
  /// Branches, tags, remote-tracking refs, the stash: all refs that are not ours.
  var refs: [String: ObjectID] = [:]
  /// Logs, results and snapshots of other tasks, plans and their branches, notes.
  var ours: [String: ObjectID] = [:]
  /// The bytes of files that tell git and us what to do, by their paths.
  var files: [String: [UInt8]] = [:]
  /// The bytes of those indices, by their paths.
  var indices: [String: [UInt8]] = [:]
  /// What the indices of the user's worktrees say of each file, by its path.
  var index: [String: String] = [:]
  /// What the system says of each file of those worktrees that git tracks, or would.
  var checkout: [String: String] = [:]
  /// Why git does not list what it does not track in a worktree.
  var unlisted: [String: String] = [:]
  /// What files there hold that git does not: work in progress.
  var unsaved: [String: [UInt8]] = [:]
  /// How much more of it may be read, in bytes.
  fileprivate var room = 0
  /// Which of `files` are programs.
  var programs: Set<String> = []

  fileprivate init(room: Int) { self.room = room }

  /// Of which nothing is known of the checkout.
  init(
    refs: [String: ObjectID], ours: [String: ObjectID], files: [String: [UInt8]], programs: Set<String>
  ) {
    (self.refs, self.ours, self.files, self.programs) = (refs, ours, files, programs)
  }
}

/// Reads what an agent must not change.
struct UserStateReader: Room {
  let workspace: Workspace
  let scope: Scope

  /// What belongs to the run, and what configured git before.
  struct Scope: Sendable {
    let task: TaskID
    let settings: GitSettings
    /// Git's directory of the run's own worktree; nil for none.
    let ownEntry: String?
    /// Git's directories of our worktrees, as they were before.
    let ourEntries: Set<String>
    /// The folder of our worktrees, as it is named and as it is.
    let roots: [String]
  }

  private var task: TaskID { scope.task }
  private var settings: GitSettings { scope.settings }
  private var ownEntry: String? { scope.ownEntry }
  private var ourEntries: Set<String> { scope.ourEntries }
  private var roots: [String] { scope.roots }

  init(_ workspace: Workspace, _ scope: Scope) {
    self.workspace = workspace
    self.scope = scope
  }

  init(_ workspace: Workspace, task: TaskID, settings: GitSettings, own: String?) throws {
    self.workspace = workspace
    let pool = try RunStorage(workspace).root()
    let roots = [pool, Files.canonical(pool) ?? pool]
    let folder = workspace.repository.commonDirectory + "/worktrees"
    let entries = Set(
      try DirectoryWalk.list(folder).map { "\(folder)/\($0.name)" }.filter { entry in
        let link = String(
          decoding: try Files.read(entry + "/gitdir", limitInBytes: 1 << 16) ?? [], as: UTF8.self)
        return roots.contains { link.hasPrefix($0 + "/") }
      })
    scope = Scope(task: task, settings: settings, ownEntry: own, ourEntries: entries, roots: roots)
  }

  private static let longestFileInBytes = 1 << 20

  /// How much is read.
  enum Extent: Hashable, Sendable {
    /// Refs, and files that tell git and us what to do: those that there are, and these.
    case withoutCheckout(files: Set<String>)
    case all
    /// What work in progress holds, too.
    case allWithUnsaved
  }

  func read(_ extent: Extent) async throws -> UserState {
    var state = UserState(room: extent == .allWithUnsaved ? 64 << 20 : 0)
    // `git maintenance` fetches into `refs/prefetch/` in the background.
    for (name, id) in try repository.refs(under: "refs/") where !name.hasPrefix("refs/prefetch/") {
      if isOfRuns(name) { state.ours[name] = id } else { state.refs[name] = id }
    }
    for name in isLeftOut { state.ours[name] = nil }
    state.ours = state.ours.filter {
      !$0.key.hasPrefix("refs/paircoder/anchors/") && $0.key != "refs/paircoder/budget"
    }
    var paths = try watchedFiles()
    if case .withoutCheckout(let known) = extent { paths.formUnion(known) }
    // A link is watched, and so is what it leads to.
    for path in paths where FileInfo.kind(at: path) == .link {
      if let real = Files.canonical(path) { paths.insert(real) }
    }
    for path in paths {
      state.files[path] = try contents(of: path)
      if let info = FileInfo(at: path), info.kind == .file, info.isExecutable { state.programs.insert(path) }
    }
    if case .withoutCheckout = extent { return state }
    for (top, gitDirectory) in try worktrees() where FileInfo.kind(at: top) == .folder {
      try await readCheckout(top, gitDirectory, &state)
    }
    return state
  }

  /// What the run itself moves.
  private var isLeftOut: [String] { [TaskLog(task).ref, BranchName.result(of: task).ref] }

  private func isOfRuns(_ ref: String) -> Bool {
    ref.hasPrefix("refs/paircoder/") || ref.hasPrefix("refs/heads/" + BranchName.prefix)
      || ref == Repository.notesRef
  }

  /// The user's own, by the XDG Base Directory Specification.
  private var configurationFolder: String? {
    let environment = process.environment
    return environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { $0 + "/.config" }
  }

  private func contents(of path: String) throws -> [UInt8]? {
    guard let info = FileInfo(at: path) else { return nil }
    switch info.kind {
    case .file where info.sizeInBytes <= Self.longestFileInBytes: return try Files.read(path)
    case .link: return try Array("-> ".utf8) + Files.linkTarget(path)
    case .folder: return Array("a folder".utf8)
    case .file, .other: return Array("\(info.kind) \(info.stamp)".utf8)
    }
  }

  /// The files that decide what git does, and what this program lets run.
  private func watchedFiles() throws -> Set<String> {
    let (common, own) = (repository.commonDirectory, repository.gitDirectory)
    var found = Set(settings.files)
    found.formUnion(
      ["config", "config.worktree", "objects/info/alternates", "shallow", "logs/refs/stash"].map {
        common + "/" + $0
      })
    found.formUnion(["HEAD", "config.worktree", "commondir", "gitdir"].map { own + "/" + $0 })
    if let home = process.environment["HOME"] { found.insert(home + "/.gitconfig") }
    if let folder = configurationFolder {
      found.insert(folder + "/git/config")
    }
    found.formUnion(settings.filesOfUser(process.environment).values)
    let modules = try DirectoryWalk.list(common + "/modules").map { "\(common)/modules/\($0.name)" }
    found.formUnion(modules.map { $0 + "/config" })
    var folders = modules.flatMap { [$0 + "/info", $0 + "/hooks"] }
    folders += [
      common + "/info", common + "/hooks", repository.stateFolder + "/hooks",
      try Approvals(of: workspace).folder,
    ]
    if let hooks = settings.value("core.hookspath") {
      folders.append(hooks.hasPrefix("/") ? hooks : (repository.workingDirectory ?? common) + "/" + hooks)
    }
    for folder in folders {
      for file in try DirectoryWalk.list(folder)
      where !file.name.hasSuffix(".sample") && folder + "/" + file.name != common + "/info/refs" {
        found.insert(folder + "/" + file.name)
      }
    }
    for (_, folder) in try linkedWorktrees() {
      found.formUnion(["HEAD", "commondir", "gitdir", "config.worktree"].map { folder + "/" + $0 })
    }
    if let ownEntry {
      found.formUnion(["commondir", "gitdir", "config.worktree"].map { ownEntry + "/" + $0 })
    }
    for (_, folder) in try worktrees() { found.formUnion(Self.halfDone.map { folder + "/" + $0 }) }
    return try found.union(reflogs(below: common + "/logs")).union(runFolders()).union(
      locks(below: common + "/refs"))
  }

  /// What git keeps in a worktree's git directory only while it is in the middle of something.
  private static let halfDone = [
    "index.lock", "HEAD.lock", "packed-refs.lock", "config.lock", "MERGE_HEAD", "CHERRY_PICK_HEAD",
    "REVERT_HEAD", "BISECT_LOG", "rebase-merge", "rebase-apply", "sequencer",
  ]

  /// The reflogs of refs that are not ours; no more of them than can be read in a moment.
  private func reflogs(below folder: String) throws -> [String] {
    var found: [String] = []
    try DirectoryWalk.walk(folder) { path, info in
      let isOurs = path.hasPrefix("refs/") && isOfRuns(path)
      if info?.kind == .file, !isOurs, found.count < 500 { found.append(folder + "/" + path) }
      return !isOurs && found.count < 500
    }
    return found
  }

  /// The locks on refs that are not ours: one that is left keeps git from moving its ref.
  private func locks(below folder: String) throws -> [String] {
    var found: [String] = []
    try DirectoryWalk.walk(folder) { path, info in
      let isOurs = isOfRuns("refs/" + path)
      if info?.kind == .file, !isOurs, path.hasSuffix(".lock") { found.append(folder + "/" + path) }
      return !isOurs
    }
    return found
  }

  /// The folders of runs that ended: what their agents said, and what their checks printed.
  private func runFolders() throws -> [String] {
    let folder = RunFolders(workspace).all
    return try DirectoryWalk.list(folder).map { folder + "/" + $0.name }
  }

  /// The top and the git directory of each of the user's worktrees. Ours come and go, and before one of them is used, its
  /// files are looked at.
  private func worktrees() throws -> [(top: String, gitDirectory: String)] {
    let linked = try linkedWorktrees().filter { $0.gitDirectory != repository.gitDirectory }
    guard let top = repository.workingDirectory else { return linked }
    return [(top, repository.gitDirectory)] + linked
  }

  private func linkedWorktrees() throws -> [(top: String, gitDirectory: String)] {
    try DirectoryWalk.list(repository.commonDirectory + "/worktrees").compactMap { entry in
      let folder = "\(repository.commonDirectory)/worktrees/\(entry.name)"
      let link = String(decoding: try contents(of: folder + "/gitdir") ?? [], as: UTF8.self).trimmed
      // Another run's is empty in the moment in which git makes it.
      if link.isEmpty || ourEntries.contains(folder) || roots.contains(where: { link.hasPrefix($0 + "/") }) {
        return nil
      }
      return (link.hasSuffix("/.git") ? String(link.dropLast(5)) : link, folder)
    }
  }

  private func readCheckout(_ top: String, _ gitDirectory: String, _ state: inout UserState) async throws {
    let place = GitCommand.Place(gitDirectory: gitDirectory, worktree: top)
    do {
      // Git waits for ever at a pipe in the place of a `.gitignore`, here and below.
      if FileInfo.kind(at: top + "/.gitignore") == .other {
        throw GitError(.timedOut, ".gitignore is a pipe, a socket or a device")
      }
      let printed = try await workspace.git.limited(to: .seconds(5)).run(
        ["ls-files", "--others", "--exclude-standard", "-z"], at: place)
      for path in printed.split(separator: 0) {
        state.note(String(decoding: path, as: UTF8.self), below: top) { _ in false }
      }
    } catch let error as GitError {
      state.unlisted[top] = error.message
    }
    guard let bytes = try Files.read(gitDirectory + "/index") else { return }
    state.indices[gitDirectory + "/index"] = bytes
    do {
      let file = try IndexFile(bytes, from: gitDirectory + "/index")
      for entry in file.entries {
        let path = file.path(of: entry)
        state.index[top + "/" + path] = "\(entry.mode) \(entry.id) \(entry.stage)"
        if entry.mode == .submodule || entry.isLeftOut { continue }
        state.note(path, below: top) { entry.isSame($0) }
      }
    } catch {
      // A split or sparse one, which git reads.
      for line in try await workspace.git.run(["ls-files", "--stage", "-z"], at: place).split(separator: 0) {
        let parts = line.split(separator: 9, maxSplits: 1)
        guard parts.count == 2 else { continue }
        let path = String(decoding: parts[1], as: UTF8.self)
        state.index[top + "/" + path] = String(decoding: parts[0], as: UTF8.self)
        state.note(path, below: top)
      }
    }
  }
}

extension UserState {
  /// A change of permissions or content shows in the time of the last change, which no program can set.
  ///
  /// - Parameter isSaved: whether git holds what the file does.
  fileprivate mutating func note(
    _ path: String, below top: String, isSaved: (FileInfo) -> Bool = { _ in true }
  ) {
    let file = top + "/" + path
    let info = FileInfo(at: file)
    checkout[file] = info?.stamp ?? "gone"
    guard let info, info.kind == .file, !isSaved(info), info.sizeInBytes <= room
    else {
      return
    }
    room -= info.sizeInBytes
    unsaved[file] = (try? Files.read(file)) ?? nil  // What may not be read cannot be given back either.
  }
}

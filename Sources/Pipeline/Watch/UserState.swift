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
  /// The bytes of files that tell git and us what to do, by their paths; empty where there is none.
  var files: [String: [UInt8]] = [:]
  /// What the index says of each path.
  var index: [String: String] = [:]
  /// What the system says of each file of the checkout that git tracks, or would.
  var checkout: [String: String] = [:]
}

/// Reads what an agent must not change.
struct UserStateReader: Room {
  let workspace: Workspace
  let task: TaskID
  /// The files that configure git, as git named them.
  let settings: GitSettings

  private static let longestFileInBytes = 1 << 20

  func read() async throws -> UserState {
    var state = UserState()
    for (name, id) in try repository.refs(under: "refs/") {
      if isOfRuns(name) { state.ours[name] = id } else { state.refs[name] = id }
    }
    for name in isLeftOut { state.ours[name] = nil }
    state.ours = state.ours.filter {
      !$0.key.hasPrefix("refs/paircoder/anchors/") && $0.key != "refs/paircoder/budget"
    }
    for path in try watchedFiles() { state.files[path] = try contents(of: path) }
    if let top = repository.workingDirectory { try await readCheckout(top, &state) }
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

  private func contents(of path: String) throws -> [UInt8] {
    guard let info = FileInfo(at: path) else { return [] }
    switch info.kind {
    case .file where info.sizeInBytes <= Self.longestFileInBytes: return try Files.read(path) ?? []
    case .link: return try Array("-> ".utf8) + Files.linkTarget(path)
    case .file, .folder, .other: return Array("\(info.kind) \(info.stamp)".utf8)
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
      found.formUnion(["config", "attributes", "ignore"].map { "\(folder)/git/\($0)" })
    }
    var folders = [
      common + "/info", common + "/hooks", repository.stateFolder + "/hooks",
      try Approvals(of: workspace).folder,
    ]
    if let hooks = settings.value("core.hookspath") {
      folders.append(hooks.hasPrefix("/") ? hooks : (repository.workingDirectory ?? common) + "/" + hooks)
    }
    for folder in folders {
      for file in try DirectoryWalk.list(folder) where !file.name.hasSuffix(".sample") {
        found.insert(folder + "/" + file.name)
      }
    }
    let pool = try RunStorage(workspace).root()
    for entry in try DirectoryWalk.list(common + "/worktrees") {
      let folder = "\(common)/worktrees/\(entry.name)"
      // Ours come and go; before one of them is used, its files are looked at.
      if String(decoding: try contents(of: folder + "/gitdir"), as: UTF8.self).hasPrefix(pool + "/") {
        continue
      }
      found.formUnion(["HEAD", "commondir", "gitdir", "config.worktree"].map { folder + "/" + $0 })
    }
    return found
  }

  private func readCheckout(_ top: String, _ state: inout UserState) async throws {
    let place = GitCommand.Place(gitDirectory: repository.gitDirectory, worktree: top)
    let printed = try await workspace.git.run(
      ["ls-files", "--others", "--exclude-standard", "-z"], at: place)
    for path in printed.split(separator: 0) { state.note(String(decoding: path, as: UTF8.self), below: top) }
    guard let bytes = try Files.read(repository.gitDirectory + "/index") else { return }
    do {
      let file = try IndexFile(bytes, from: repository.gitDirectory + "/index")
      for entry in file.entries {
        let path = file.path(of: entry)
        state.index[path] = "\(entry.mode) \(entry.id) \(entry.stage)"
        if entry.mode != .submodule, !entry.isLeftOut { state.note(path, below: top) }
      }
    } catch {
      // A split or sparse one, which git reads.
      for line in try await workspace.git.run(["ls-files", "--stage", "-z"], at: place).split(separator: 0) {
        let parts = line.split(separator: 9, maxSplits: 1)
        guard parts.count == 2 else { continue }
        let path = String(decoding: parts[1], as: UTF8.self)
        state.index[path] = String(decoding: parts[0], as: UTF8.self)
        state.note(path, below: top)
      }
    }
  }
}

extension UserState {
  /// A change of permissions or content shows in the time of the last change, which no program can set.
  fileprivate mutating func note(_ path: String, below top: String) {
    checkout[path] = FileInfo(at: top + "/" + path)?.stamp ?? "gone"
  }
}

import Git
import Host
import PairCore

/// The last commit that the hooks saw on each branch, a line each in `<git dir>/paircoder/seen`, which the hook
/// script reads, too: `<commit> <ref> <task folder>`. Lost, a branch begins where it left those that are known.
struct SeenCommits {
  /// By ref; `HEAD` stands for a detached one.
  private(set) var commits: [String: ObjectID] = [:]
  /// Where the task files were then, by ref.
  private var folders: [String: String] = [:]
  /// The tips of all branches when the hooks were installed: what was there then is nobody's news.
  private(set) var atStart: [ObjectID] = []

  init(in repository: borrowing Repository) throws {
    for line in try SeenCommits.lines(of: SeenCommits.path(in: repository)) {
      let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
      guard parts.count == 3, let id = ObjectID(parts[0]) else { continue }
      commits[parts[1]] = id
      folders[parts[1]] = parts[2]
    }
    atStart = try SeenCommits.lines(of: SeenCommits.startPath(in: repository)).compactMap {
      ObjectID(String($0))
    }
  }

  /// The commit that `ref` stood at when it was last seen; nil when it was not, or the commit is gone.
  func last(at ref: String, in repository: borrowing Repository) throws -> ObjectID? {
    guard let id = commits[ref], try repository.exists(id) else { return nil }
    return id
  }

  func known(in repository: borrowing Repository) throws -> [ObjectID] {
    try Set(commits.values).union(atStart).sorted { $0.hex < $1.hex }.filter { try repository.exists($0) }
  }

  /// Remembers `ref` at `commit`, with its tasks in `folder`, and forgets the branches that are gone.
  static func remember(
    _ commit: ObjectID, at ref: String, tasksIn folder: String, in repository: borrowing Repository
  ) throws {
    try Files.makeFolder(repository.stateFolder, effects: repository.effects)
    // Two worktrees may be committed in at once. Who cannot wait loses little, see above.
    guard let lock = try lock(in: repository) else { return }
    var seen = try SeenCommits(in: repository)
    for name in seen.commits.keys where name.hasPrefix("refs/") {
      if try repository.ref(name) == nil { seen.commits[name] = nil }
    }
    seen.commits[ref] = commit
    seen.folders[ref] = folder
    let lines = seen.commits.sorted { $0.key < $1.key }.map {
      "\($0.value) \($0.key) \(seen.folders[$0.key] ?? folder)\n"
    }
    try AtomicFile.replace(
      path(in: repository), with: Array(lines.joined().utf8), effects: repository.effects)
    _ = consume lock
  }

  static func startHere(in repository: borrowing Repository) throws {
    let tips = Set(try repository.refs(under: "refs/heads/").values).map { "\($0)\n" }.sorted()
    try Files.makeFolder(repository.stateFolder, effects: repository.effects)
    try AtomicFile.replace(
      startPath(in: repository), with: Array(tips.joined().utf8), effects: repository.effects)
  }

  static func forget(in repository: borrowing Repository) throws {
    for path in [path(in: repository), startPath(in: repository)] {
      try Files.remove(path, effects: repository.effects)
    }
  }

  private static func lock(in repository: borrowing Repository) throws -> FileLock? {
    let path = path(in: repository) + ".lock"
    for _ in 0..<5 {
      if let lock = try FileLock.tryLock(path, holder: "a hook", effects: repository.effects) { return lock }
    }
    return nil
  }

  private static func lines(of path: String) throws -> [Substring] {
    guard let bytes = try Files.read(path) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  private static func path(in repository: borrowing Repository) -> String { repository.stateFolder + "/seen" }

  private static func startPath(in repository: borrowing Repository) -> String {
    repository.stateFolder + "/seen-at-start"
  }
}

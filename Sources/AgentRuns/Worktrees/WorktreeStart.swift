import Git
package import Host
import PairCore

/// What stood in a worktree before its agent began, as git's index and a list of ours beside the worktree
/// tell it. A file that the system says is still the very same one need not be read again: filters (LFS,
/// line endings) may make its bytes differ from the blob that git took it from.
struct WorktreeStart: Sendable {
  let checkedOut: IndexFile
  /// What is there beside: copies of the user's files, what set-up commands made, what the pool kept.
  let brought: [String: Brought]

  /// One thing that stood there beside what git checked out.
  struct Brought: Hashable, Sendable {
    enum Origin: Character, Hashable, Sendable {
      /// A copy of a file of the user's, which no result may hold.
      case copied = "c"
      case made = "m"
      /// A repository of its own, such as a submodule that was fetched.
      case repository = "r"
    }

    let path: String
    let origin: Origin
    /// Whether git would commit it.
    let isUnignored: Bool
    /// What the system said of it.
    let stamp: String
  }

  /// Whether `entry` stood there before the agent began.
  func isBrought(_ entry: WorktreeContent.Entry) -> Bool { brought[entry.path]?.stamp == entry.info.stamp }
}

extension IndexFile.Entry {
  /// Whether `info` is of the file as it was when git wrote the index.
  package func isSame(_ info: FileInfo) -> Bool {
    size == UInt32(truncatingIfNeeded: info.sizeInBytes) && inode == UInt32(truncatingIfNeeded: info.inode)
      && changedAtSecond == UInt32(truncatingIfNeeded: info.changedAtSecond)
      && changedAtNanosecond == UInt32(truncatingIfNeeded: info.changedAtNanosecond)
      && (mode == .link) == (info.kind == .link)
  }
}

extension FileInfo {
  /// Tells two states of a file apart; without white space.
  package var stamp: String { "\(inode):\(sizeInBytes):\(changedAtSecond).\(changedAtNanosecond)" }
}

extension RunWorktree {
  /// Beside the worktree, out of its agent's way.
  var startIndex: String { path + ".index" }
  private var broughtList: String { path + ".brought" }

  /// What stood there before the agent began; what cannot be told is left out, so that files are read.
  func start() throws -> WorktreeStart { WorktreeStart(checkedOut: try checkedOut(), brought: try brought()) }

  private func checkedOut() throws -> IndexFile {
    guard let bytes = try Files.read(startIndex) else { return .empty }
    do {
      return try IndexFile(bytes, from: startIndex)
    } catch {
      return .empty  // A split or sparse index.
    }
  }

  /// What stood there beside what git checked out.
  func brought() throws -> [String: WorktreeStart.Brought] {
    var brought: [String: WorktreeStart.Brought] = [:]
    for line in (try Files.read(broughtList) ?? []).split(separator: 0) {
      let parts = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 2)
      guard parts.count == 3, let letter = parts[0].first,
        let origin = WorktreeStart.Brought.Origin(rawValue: letter)
      else { continue }
      let path = String(parts[2])
      brought[path] = .init(
        path: path, origin: origin, isUnignored: parts[0].hasSuffix("u"), stamp: String(parts[1]))
    }
    return brought
  }

  /// Remembers the index as what git checked out.
  func rememberIndex(effects: EffectDoor) throws {
    try AtomicFile.copy(gitDirectory + "/index", to: startIndex, effects: effects)
  }

  /// Remembers what stands there beside what git checked out; nothing needs no file.
  func remember(_ brought: [WorktreeStart.Brought], effects: EffectDoor) throws {
    if brought.isEmpty { return try forget(broughtList, effects) }
    let lines = brought.map { "\($0.origin.rawValue)\($0.isUnignored ? "u" : "") \($0.stamp) \($0.path)\0" }
    try AtomicFile.replace(broughtList, with: Array(lines.joined().utf8), mode: 0o600, effects: effects)
  }

  func forgetStart(effects: EffectDoor) throws {
    try forget(startIndex, effects)
    try forget(broughtList, effects)
  }

  private func forget(_ file: String, _ effects: EffectDoor) throws {
    if FileInfo.kind(at: file) != nil { try Files.remove(file, effects: effects) }
  }
}

package import Git
import Host
package import PairCore

extension Snapshot {
  /// Puts the files of `snapshot` into `worktree`, a fresh one, so that a run continues where another ended.
  /// Git's own files in it (those of a nested repository) stay out: git would obey them.
  package static func restore(
    _ snapshot: ObjectID, into worktree: RunWorktree, from repository: borrowing Repository,
    effects: EffectDoor
  ) throws {
    var wanted: [String: Repository.TreeEntry] = [:]
    for entry in try repository.files(in: repository.tree(of: snapshot), below: "files") {
      if let path = unescaped(String(entry.path.dropFirst("files/".count))) { wanted[path] = entry }
    }
    var present: [String: Repository.TreeEntry] = [:]
    for entry in try repository.files(in: repository.tree(of: worktree.base)) where entry.mode != .submodule {
      present[entry.path] = entry
    }
    // First what is gone, so that no link of the base stands where a folder belongs, or the other way round.
    for path in present.keys where wanted[path] == nil {
      try Files.remove(worktree.path + "/" + path, effects: effects)
      for folder in folders(above: path) {
        try Files.removeEmptyFolder(worktree.path + "/" + folder, effects: effects)
      }
    }
    for (path, entry) in wanted.sorted(by: { $0.key < $1.key }) {
      // What git checked out may have gone through filters (LFS, line endings), which a blob has not.
      if let base = present[path], base.id == entry.id, base.mode == entry.mode { continue }
      let file = worktree.path + "/" + path
      if let folder = folders(above: path).first {
        try Files.makeFolder(worktree.path + "/" + folder, effects: effects)
      }
      let bytes = try repository.blob(entry.id)
      if entry.mode == .link {
        try AtomicFile.replaceLink(file, pointingTo: bytes, effects: effects)
      } else {
        try AtomicFile.replace(
          file, with: bytes, mode: entry.mode == .executable ? 0o755 : 0o644, effects: effects)
      }
    }
  }

  /// The folders that `path` lies in, the innermost first.
  private static func folders(above path: String) -> [String] {
    let parts = path.split(separator: "/")
    return (1..<max(parts.count, 1)).reversed().map { parts.prefix($0).joined(separator: "/") }
  }

  /// What `escaped` made the path of; nil for a path through a file or folder of git's own.
  static func unescaped(_ path: String) -> String? {
    var parts: [Substring] = []
    for part in path.split(separator: "/") {
      if part.hasPrefix("%"), !part.hasPrefix("%%") { return nil }
      parts.append(part.hasPrefix("%") ? part.dropFirst() : part)
    }
    return parts.joined(separator: "/")
  }
}

package import PairCore

/// Looks paths up in one tree and reads each of its folders once: libgit2 reads all of a large folder again for each
/// path that is asked for.
package struct TreeLookup: Sendable {
  private let tree: ObjectID
  /// By path, then by name: as bytes, since two names that Unicode calls the same are two files.
  private var folders: [[UInt8]: [[UInt8]: Repository.TreeEntry]] = [:]

  package init(in tree: ObjectID) { self.tree = tree }

  /// What stands at `path`; nil when nothing does.
  package mutating func entry(
    at path: String, in repository: borrowing Repository
  ) throws(GitError) -> Repository.TreeEntry? {
    try entry(at: Array(path.utf8), in: repository)
  }

  private mutating func entry(
    at path: [UInt8], in repository: borrowing Repository
  ) throws(GitError) -> Repository.TreeEntry? {
    let slash = path.lastIndex(of: UInt8(ascii: "/"))
    let (folder, name) = (path[..<(slash ?? 0)], path[(slash.map { $0 + 1 } ?? 0)...])
    return try content(of: Array(folder), in: repository)[Array(name)]
  }

  private mutating func content(
    of folder: [UInt8], in repository: borrowing Repository
  ) throws(GitError) -> [[UInt8]: Repository.TreeEntry] {
    if let known = folders[folder] { return known }
    let id =
      folder.isEmpty
      ? tree : try entry(at: folder, in: repository).flatMap { $0.mode == .folder ? $0.id : nil }
    let prefix = folder.isEmpty ? "" : String(decoding: folder, as: UTF8.self) + "/"
    var found: [[UInt8]: Repository.TreeEntry] = [:]
    if let id {
      for entry in try repository.entries(of: id, under: prefix) {
        found[Array(entry.path.utf8.dropFirst(prefix.utf8.count))] = entry
      }
    }
    folders[folder] = found
    return found
  }
}

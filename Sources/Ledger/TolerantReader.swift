import Git
import PairCore

/// Reads a commit of ours without what is missing or damaged; throws when it cannot be read now.
struct TolerantReader {
  /// The paths that something leads to which is missing or damaged; of folders with a final `/`.
  private(set) var lost: [String] = []

  /// Nil where the commit is lost.
  mutating func tree(of commit: ObjectID, in repository: borrowing Repository) throws(GitError) -> ObjectID? {
    let tree = try repository.unlessLost(commit, .commit) { () throws(GitError) in
      try repository.tree(of: commit)
    }
    if tree == nil { lost.append("/") }
    return tree
  }

  /// Every file below `folder`, in no order.
  mutating func files(
    in tree: ObjectID, below folder: String = "", in repository: borrowing Repository
  ) throws(GitError) -> [Repository.TreeEntry] {
    var waiting: [(path: String, id: ObjectID)] = []
    if folder.isEmpty {
      waiting = [("", tree)]
    } else if let entry = try entry(at: folder, in: tree, in: repository), entry.mode == .folder {
      waiting = [(folder + "/", entry.id)]
    }
    var found: [Repository.TreeEntry] = []
    while let (path, id) = waiting.popLast() {
      for entry in try entries(of: id, under: path, in: repository) {
        if entry.mode == .folder {
          waiting.append((entry.path + "/", entry.id))
        } else {
          found.append(entry)
        }
      }
    }
    return found
  }

  /// Nil where there is no such file, and where it is lost.
  mutating func bytes(
    at path: String, in tree: ObjectID, in repository: borrowing Repository
  ) throws(GitError) -> [UInt8]? {
    guard let entry = try entry(at: path, in: tree, in: repository), entry.mode != .folder else { return nil }
    return try bytes(of: entry, in: repository)
  }

  /// Nil where the file is lost.
  mutating func bytes(
    of entry: Repository.TreeEntry, in repository: borrowing Repository
  ) throws(GitError) -> [UInt8]? {
    let bytes = try repository.unlessLost(entry.id, .blob) { () throws(GitError) in
      try repository.blob(entry.id)
    }
    if bytes == nil { lost.append(entry.path) }
    return bytes
  }

  private mutating func entries(
    of tree: ObjectID, under path: String, in repository: borrowing Repository
  ) throws(GitError) -> [Repository.TreeEntry] {
    let found = try repository.unlessLost(tree, .tree) { () throws(GitError) in
      try repository.entries(of: tree, under: path)
    }
    if found == nil { lost.append(path.isEmpty ? "/" : path) }
    return found ?? []
  }

  /// Goes down folder by folder: libgit2 does not tell a folder that is lost from a path at which nothing stands.
  private mutating func entry(
    at path: String, in tree: ObjectID, in repository: borrowing Repository
  ) throws(GitError) -> Repository.TreeEntry? {
    var entry: Repository.TreeEntry?
    var (folder, prefix) = (tree, "")
    for part in path.split(separator: "/") {
      if let entry {
        guard entry.mode == .folder else { return nil }
        (folder, prefix) = (entry.id, entry.path + "/")
      }
      entry = try entries(of: folder, under: prefix, in: repository).first { $0.path == prefix + part }
      if entry == nil { return nil }
    }
    return entry
  }
}

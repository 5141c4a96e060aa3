import Git
import PairCore

/// Whether commits can be read with all that stands in them; remembers what it has seen.
struct WholenessCheck {
  private var known: [ObjectID: Bool] = [:]
  /// What is missing or damaged by itself.
  private(set) var lost: Set<ObjectID> = []

  /// Whether a commit, its tree, all below that and the commits that its other parents name are there.
  mutating func isWhole(_ commit: ObjectID, in repository: borrowing Repository) throws(GitError) -> Bool {
    if let answer = known[commit] { return answer }
    let found = try repository.unlessLost(commit, .commit) { () throws(GitError) in
      try repository.commit(commit)
    }
    var answer = false
    if found == nil { lost.insert(commit) }
    if let found {
      answer = try holds(found.tree, in: repository)
      for parent in found.parents.dropFirst() where answer { answer = try repository.exists(parent) }
    }
    known[commit] = answer
    return answer
  }

  /// Whether a tree and all below it can be read.
  private mutating func holds(_ tree: ObjectID, in repository: borrowing Repository) throws(GitError) -> Bool
  {
    if let answer = known[tree] { return answer }
    var answer = false
    let entries = try repository.unlessLost(tree, .tree) { () throws(GitError) in
      try repository.entries(of: tree)
    }
    if entries == nil { lost.insert(tree) }
    if let entries {
      answer = true
      for entry in entries where answer {
        answer = try entry.mode == .folder ? holds(entry.id, in: repository) : isThere(entry, in: repository)
      }
    }
    known[tree] = answer
    return answer
  }

  private mutating func isThere(
    _ entry: Repository.TreeEntry, in repository: borrowing Repository
  ) throws(GitError) -> Bool {
    if entry.mode == .submodule { return true }
    if let answer = known[entry.id] { return answer }
    let read = try repository.unlessLost(entry.id, .blob) { () throws(GitError) in
      try repository.blob(entry.id)
    }
    if read == nil { lost.insert(entry.id) }
    known[entry.id] = read != nil
    return read != nil
  }

  /// The tree of a commit that can be read, where parts of it are lost: those are taken from the commit `base`, nil for
  /// from nowhere.
  ///
  /// - Returns: the tree, and the paths whose content is lost.
  mutating func salvage(
    _ commit: ObjectID, onto base: ObjectID?, in repository: borrowing Repository
  ) throws -> (tree: ObjectID, lost: Set<String>) {
    let tree = try repository.tree(of: commit)
    if try holds(tree, in: repository) { return (tree, []) }
    var reader = TolerantReader()
    var found: [Repository.TreeEntry] = []
    for entry in try reader.files(in: tree, in: repository) {
      if try reader.bytes(of: entry, in: repository) != nil { found.append(entry) }
    }
    let old = try base.map { try repository.tree(of: $0) }
    return (try repository.writeTree(on: old, putting: found), Set(reader.lost))
  }

  /// The parents of a commit besides the first that are still there.
  func otherParents(of commit: ObjectID, in repository: borrowing Repository) throws(GitError) -> [ObjectID] {
    var found: [ObjectID] = []
    for parent in try repository.commit(commit).parents.dropFirst() where try repository.exists(parent) {
      found.append(parent)
    }
    return found
  }
}

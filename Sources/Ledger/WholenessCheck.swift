import Git
import PairCore

/// Whether objects can be read with all that stands in them; remembers what it has seen.
struct WholenessCheck {
  private var known: [ObjectID: Bool] = [:]
  /// What is missing or damaged by itself.
  private(set) var lost: Set<ObjectID> = []

  /// Whether a commit, its tree, all below that and the commits that its other parents name are there; of a tree, whether
  /// it and all below it are.
  mutating func isWhole(
    _ id: ObjectID, _ kind: ObjectKind = .commit, in repository: borrowing Repository
  ) throws(GitError) -> Bool {
    if let answer = known[id] { return answer }
    let parts = try repository.unlessLost(id, kind) { () throws(GitError) in
      try WholenessCheck.parts(of: id, kind, in: repository)
    }
    if parts == nil { lost.insert(id) }
    var answer = parts != nil
    for (part, kind) in parts ?? [] where answer { answer = try isWhole(part, kind, in: repository) }
    if answer, kind == .commit {
      let others = try repository.commit(id).parents.dropFirst()
      answer = try otherParents(of: id, in: repository).count == others.count
    }
    known[id] = answer
    return answer
  }

  /// What an object leads to, but for the parents of a commit.
  private static func parts(
    of id: ObjectID, _ kind: ObjectKind, in repository: borrowing Repository
  ) throws(GitError) -> [(ObjectID, ObjectKind)] {
    switch kind {
    case .commit: return [(try repository.tree(of: id), .tree)]
    case .tree:
      return try repository.entries(of: id).filter { $0.mode != .submodule }
        .map { ($0.id, $0.mode == .folder ? .tree : .blob) }
    case .blob:
      _ = try repository.blob(id)
      return []
    }
  }

  /// The tree of a commit that can be read, with what is lost of it taken from the commit `base`, nil for
  /// nowhere; and the paths whose content is lost.
  mutating func salvage(
    _ commit: ObjectID, onto base: ObjectID?, in repository: borrowing Repository
  ) throws -> (tree: ObjectID, lost: Set<String>) {
    let tree = try repository.tree(of: commit)
    if try isWhole(tree, .tree, in: repository) { return (tree, []) }
    var reader = TolerantReader()
    let found = try reader.files(in: tree, in: repository).filter {
      try reader.bytes(of: $0, in: repository) != nil
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

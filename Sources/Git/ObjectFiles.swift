import CLibgit2
import Host
package import PairCore

/// What stands of objects on disk, whatever libgit2 remembers of them.
package enum ObjectFiles {
  /// Whether the object stands in no file of its own: it may be in a pack, or be written again at this moment.
  package static func hasNoFile(_ id: ObjectID, in repository: borrowing Repository) -> Bool {
    !exists(ObjectFolders.file(of: id, in: repository.objectFolder))
  }

  /// Whether a commit, its tree and what its first parent's does not hold of it are there; their bytes are not read.
  package static func hasAll(of commit: ObjectID, in repository: borrowing Repository) throws(GitError)
    -> Bool
  {
    let packed = try added(by: commit, in: repository).map(\.id).filter { hasNoFile($0, in: repository) }
    if packed.isEmpty { return true }
    let folder = repository.objectFolder
    let odb = try Handle(freedBy: git_odb_free, "opening the object database") { git_odb_open(&$0, folder) }
    return packed.allSatisfy { id in
      var oid = id.oid
      return git_odb_exists(odb.pointer, &oid) == 1
    }
  }

  /// Moves out of the way what is damaged of a commit, its tree and what its first parent's does not hold of
  /// it; returns whether all of it can be read.
  package static func setAsideDamaged(of commit: ObjectID, in repository: borrowing Repository) throws -> Bool
  {
    var isWhole = true
    for (id, kind) in try added(by: commit, in: repository) {
      let isThere = try repository.unlessLost(id, kind) { () throws(GitError) in
        _ = try repository.handle(of: id, kind)
        return true
      }
      if isThere != nil { continue }
      isWhole = false
      try setAside(id, in: repository)
    }
    return isWhole
  }

  /// A commit, its tree and what its first parent's does not hold of it; of what is lost only itself.
  private static func added(
    by commit: ObjectID, in repository: borrowing Repository
  ) throws(GitError) -> [(id: ObjectID, kind: ObjectKind)] {
    func entries(_ tree: ObjectID) throws(GitError) -> [Repository.TreeEntry] {
      try repository.unlessLost(tree, .tree) { () throws(GitError) in try repository.entries(of: tree) } ?? []
    }
    func tree(of commit: ObjectID) throws(GitError) -> ObjectID? {
      try repository.unlessLost(commit, .commit) { () throws(GitError) in try repository.tree(of: commit) }
    }
    var found = [(id: commit, kind: ObjectKind.commit)]
    guard let new = try tree(of: commit) else { return found }
    let parent = try repository.record(of: commit).parent
    var waiting = [(new, try parent.flatMap { parent throws(GitError) in try tree(of: parent) })]
    while let (new, old) = waiting.popLast() {
      found.append((new, .tree))
      let known = try old.map { old throws(GitError) in try entries(old) } ?? []
      let ids = Dictionary(known.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
      for entry in try entries(new) where entry.id != ids[entry.path]?.id && entry.mode != .submodule {
        if entry.mode == .folder {
          waiting.append((entry.id, ids[entry.path].flatMap { $0.mode == .folder ? $0.id : nil }))
        } else {
          found.append((entry.id, .blob))
        }
      }
    }
    return found
  }

  /// Moves the file of an object that is proved to be damaged out of the way: while it stands there, git and libgit2 take
  /// the object for written and do not write it again.
  package static func setAside(_ id: ObjectID, in repository: borrowing Repository) throws {
    let file = ObjectFolders.file(of: id, in: repository.objectFolder)
    guard exists(file), try repository.isLost(id, nil) else { return }
    let folder = repository.stateFolder + "/damaged"
    try Files.makeFolder(folder, effects: repository.effects)
    try Files.rename(file, to: "\(folder)/\(id)", effects: repository.effects)
  }
}

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

/// The folders in which a repository's objects lie (gitrepository-layout(5)), looked at without libgit2, which says
/// "not found" of what it may not look at, too.
enum ObjectFolders {
  /// Where an object lies that is in no pack.
  static func file(of id: ObjectID, in folder: String) -> String {
    "\(folder)/\(id.hex.prefix(2))/\(id.hex.dropFirst(2))"
  }

  /// What `look` finds, which looks for objects in `folder` and those that it borrows from: it looks again when packs
  /// came or went meanwhile, for then an object may have been on its way from one to another.
  static func whileUnchanged<Value>(
    _ folder: String, _ look: () throws(GitError) -> Value
  ) throws(GitError) -> Value {
    var before = try packs(in: folder)
    for _ in 0..<100 {
      let found = try look()
      let after = try packs(in: folder)
      if after == before { return found }
      before = after
    }
    throw GitError(.other, "looking at the objects in \(folder): another process keeps packing them")
  }

  /// Makes sure that every place can be looked at now at which the object could be.
  static func requireReadable(_ id: ObjectID, in folder: String) throws(GitError) {
    for folder in try all(from: folder) { _ = try bytes(of: file(of: id, in: folder), upTo: .max) }
    for pack in try packs(in: folder) { _ = try bytes(of: pack, upTo: 1) }
  }

  /// The packs and their indexes.
  private static func packs(in folder: String) throws(GitError) -> [String] {
    var found: [String] = []
    for folder in try all(from: folder) {
      for (name, _) in try names(in: folder + "/pack") ?? []
      where name.hasSuffix(".pack") || name.hasSuffix(".idx") {
        found.append("\(folder)/pack/\(name)")
      }
    }
    return found.sorted()
  }

  /// `folder`, and those that it borrows from.
  private static func all(from folder: String, depth: Int = 0) throws(GitError) -> [String] {
    guard try names(in: folder) != nil else {
      throw GitError(.other, "looking for objects: there is no folder \(folder)")
    }
    var found = [folder]
    // Git follows five of them (odb.c: link_alt_odb_entry).
    guard depth < 5, let text = try bytes(of: folder + "/info/alternates", upTo: 1 << 20) else {
      return found
    }
    for line in text.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
      let path = String(decoding: line, as: UTF8.self)
      found += try all(from: path.hasPrefix("/") ? path : "\(folder)/\(path)", depth: depth + 1)
    }
    return found
  }
}

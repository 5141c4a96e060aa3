import CLibgit2
package import PairCore

extension Repository {
  /// The bytes of a blob.
  package func blob(_ id: ObjectID) throws(GitError) -> [UInt8] {
    var oid = id.oid
    let blob = try Handle(freedBy: git_blob_free, "reading the blob \(id.short)") {
      git_blob_lookup(&$0, pointer, &oid)
    }
    let size = Int(git_blob_rawsize(blob.pointer))
    return Array(UnsafeRawBufferPointer(start: git_blob_rawcontent(blob.pointer), count: size))
  }

  package func writeBlob(_ bytes: [UInt8]) throws -> ObjectID {
    try effects.pass(.objectWrite, "blob")
    return try recent.write(.blob, bytes, in: self)
  }

  /// What a path of a tree is.
  package struct TreeEntry: Hashable, Sendable {
    package let path: String
    package let id: ObjectID
    package let mode: FileMode

    package init(path: String, id: ObjectID, mode: FileMode) {
      self.path = path
      self.id = id
      self.mode = mode
    }
  }

  package enum FileMode: UInt32, Hashable, Sendable {
    case file = 0o100644
    case executable = 0o100755
    case link = 0o120000
    case folder = 0o040000
    case submodule = 0o160000
  }

  /// The tree of a commit.
  package func tree(of commit: ObjectID) throws(GitError) -> ObjectID {
    let handle = try handle(of: commit, .commit)
    return ObjectID(git_commit_tree_id(handle.pointer).pointee)
  }

  /// What stands at `path` in `tree`; nil when nothing does.
  package func entry(at path: String, in tree: ObjectID) throws(GitError) -> TreeEntry? {
    let root = try handle(of: tree, .tree)
    var entry: OpaquePointer?
    let status = git_tree_entry_bypath(&entry, root.pointer, path)
    if status == GIT_ENOTFOUND.rawValue { return nil }
    try Libgit2.check(status, "looking for \(path)")
    defer { git_tree_entry_free(entry) }
    return TreeEntry(
      path: path, id: ObjectID(git_tree_entry_id(entry).pointee),
      mode: FileMode(rawValue: git_tree_entry_filemode(entry).rawValue) ?? .file)
  }

  /// Every file, link and submodule below `folder` of `tree` (`""`: all of it), by full path.
  package func files(in tree: ObjectID, below folder: String = "") throws(GitError) -> [TreeEntry] {
    try files(in: tree, below: folder, atMost: .max) ?? []
  }

  /// The same; nil as soon as there are more than `limit`.
  package func files(
    in tree: ObjectID, below folder: String = "", atMost limit: Int
  ) throws(GitError) -> [TreeEntry]? {
    var start = tree
    if !folder.isEmpty {
      guard let entry = try entry(at: folder, in: tree), entry.mode == .folder else { return [] }
      start = entry.id
    }
    var found: [TreeEntry] = []
    var waiting = [(folder.isEmpty ? "" : folder + "/", start)]
    while let (prefix, id) = waiting.popLast() {
      for entry in try entries(of: id, under: prefix) {
        if entry.mode == .folder {
          waiting.append((entry.path + "/", entry.id))
        } else {
          found.append(entry)
        }
      }
      if found.count > limit { return nil }
    }
    return found.sorted { $0.path < $1.path }
  }

  /// What stands directly in a tree, in git's order; their paths begin with `prefix`.
  package func entries(of tree: ObjectID, under prefix: String = "") throws(GitError) -> [TreeEntry] {
    let handle = try handle(of: tree, .tree)
    return (0..<git_tree_entrycount(handle.pointer)).compactMap { index in
      guard let entry = git_tree_entry_byindex(handle.pointer, index) else { return nil }
      return TreeEntry(
        path: prefix + String(cString: git_tree_entry_name(entry)),
        id: ObjectID(git_tree_entry_id(entry).pointee),
        mode: FileMode(rawValue: git_tree_entry_filemode(entry).rawValue) ?? .file)
    }
  }

  /// The size of an object in bytes, read from its header alone.
  package func size(of object: ObjectID) throws(GitError) -> Int {
    let odb = try Handle(freedBy: git_odb_free, "opening the object database") {
      git_repository_odb(&$0, pointer)
    }
    var size = 0
    var type = GIT_OBJECT_ANY
    var oid = object.oid
    try Libgit2.check(
      git_odb_read_header(&size, &type, odb.pointer, &oid), "reading the size of \(object.short)")
    return size
  }

  /// Writes the tree that is `base` (nil: empty) with `entries` put at their paths and `removed` gone.
  package func writeTree(
    on base: ObjectID?, putting entries: [TreeEntry], removing removed: [String] = []
  ) throws -> ObjectID {
    try effects.pass(.objectWrite, "tree")
    if base == nil { try effects.pass(.objectWrite, "empty tree") }
    let root = try handle(of: base ?? recent.write(.tree, [], in: self), .tree)
    let paths = entries.map(\.path) + removed
    return try withCStrings(paths) { names in
      var updates: [git_tree_update] = []
      for (index, name) in names.enumerated() {
        var update = git_tree_update()
        update.path = name
        if index < entries.count {
          update.action = GIT_TREE_UPDATE_UPSERT
          update.id = entries[index].id.oid
          update.filemode = git_filemode_t(rawValue: entries[index].mode.rawValue)
        } else {
          update.action = GIT_TREE_UPDATE_REMOVE
        }
        updates.append(update)
      }
      var oid = git_oid()
      let folders = Set(paths.flatMap(foldersAbove))
      try recent.persist("writing a tree", in: self) {
        let status = git_tree_create_updated(&oid, pointer, root.pointer, updates.count, updates)
        return status >= 0 && !recent.note(ObjectID(oid), folders, in: self) ? GIT_ENOTFOUND.rawValue : status
      }
      return ObjectID(oid)
    }
  }

  func handle(of id: ObjectID, _ kind: ObjectKind) throws(GitError) -> Handle {
    var oid = id.oid
    return try Handle(freedBy: git_object_free, "reading the \(kind) \(id.short)") {
      git_object_lookup(&$0, pointer, &oid, kind.type)
    }
  }
}

/// What an object is.
package enum ObjectKind: Hashable, Sendable {
  case commit, tree, blob

  var type: git_object_t {
    switch self {
    case .commit: GIT_OBJECT_COMMIT
    case .tree: GIT_OBJECT_TREE
    case .blob: GIT_OBJECT_BLOB
    }
  }
}

/// The folders that `path` lies in, without the top.
private func foldersAbove(_ path: String) -> [String] {
  path.indices.filter { path[$0] == "/" }.map { String(path[..<$0]) }
}

/// Calls `body` with C copies of `texts` that live until it returns.
func withCStrings<Result>(
  _ texts: [String], _ body: ([UnsafePointer<CChar>]) throws -> Result
) rethrows -> Result {
  let copies = texts.map { text in
    let bytes = text.utf8CString
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    copy.initialize(from: Array(bytes), count: bytes.count)
    return copy
  }
  defer { copies.forEach { $0.deallocate() } }
  return try body(copies.map { UnsafePointer($0) })
}

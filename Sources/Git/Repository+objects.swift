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
    var oid = git_oid()
    try Libgit2.write("writing a blob") {
      git_blob_create_from_buffer(&oid, pointer, bytes, bytes.count)
    }
    return ObjectID(oid)
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
    let handle = try commitHandle(commit)
    return ObjectID(git_commit_tree_id(handle.pointer).pointee)
  }

  /// What stands at `path` in `tree`; nil when nothing does.
  package func entry(at path: String, in tree: ObjectID) throws(GitError) -> TreeEntry? {
    let root = try treeHandle(tree)
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
      let handle = try treeHandle(id)
      for index in 0..<git_tree_entrycount(handle.pointer) {
        guard let entry = git_tree_entry_byindex(handle.pointer, index) else { continue }
        let path = prefix + String(cString: git_tree_entry_name(entry))
        let id = ObjectID(git_tree_entry_id(entry).pointee)
        let mode = FileMode(rawValue: git_tree_entry_filemode(entry).rawValue) ?? .file
        if mode == .folder {
          waiting.append((path + "/", id))
        } else {
          found.append(TreeEntry(path: path, id: id, mode: mode))
        }
      }
      if found.count > limit { return nil }
    }
    return found.sorted { $0.path < $1.path }
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
    let root = try treeHandle(base ?? writeEmptyTree())
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
      try Libgit2.write("writing a tree") {
        git_tree_create_updated(&oid, pointer, root.pointer, updates.count, updates)
      }
      return ObjectID(oid)
    }
  }

  private func writeEmptyTree() throws -> ObjectID {
    try effects.pass(.objectWrite, "empty tree")
    let builder = try Handle(freedBy: git_treebuilder_free, "writing an empty tree") {
      git_treebuilder_new(&$0, pointer, nil)
    }
    var oid = git_oid()
    try Libgit2.write("writing an empty tree") { git_treebuilder_write(&oid, builder.pointer) }
    return ObjectID(oid)
  }

  func treeHandle(_ id: ObjectID) throws(GitError) -> Handle {
    var oid = id.oid
    return try Handle(freedBy: git_tree_free, "reading the tree \(id.short)") {
      git_tree_lookup(&$0, pointer, &oid)
    }
  }

  func commitHandle(_ id: ObjectID) throws(GitError) -> Handle {
    var oid = id.oid
    return try Handle(freedBy: git_commit_free, "reading the commit \(id.short)") {
      git_commit_lookup(&$0, pointer, &oid)
    }
  }
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

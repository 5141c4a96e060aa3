import CLibgit2
package import PairCore

extension Repository {
  /// What `read` makes of the object `id`, which it reads; nil when that object is proved to be missing or damaged.
  ///
  /// - Parameter kind: what it is to be; nil for anything.
  /// - Throws: what `read` throws when another look may succeed, as after EIO, EACCES or EMFILE.
  package func unlessLost<Value>(
    _ id: ObjectID, _ kind: ObjectKind?, _ read: () throws(GitError) -> Value
  ) throws(GitError) -> Value? {
    do {
      return try read()
    } catch  where error.kind == .notFound || error.kind == .damaged {
      if try isLost(id, kind) { return nil }
    }
    // Its bytes are there and are what its id says.
    do {
      return try read()
    } catch  where error.kind == .damaged {
      return nil  // And are no object of its kind.
    }
  }

  /// Whether the object is missing, damaged or of another kind. Looks a second time, without what libgit2
  /// remembers, and by itself at every place at which the object could be; an error when one cannot be looked
  /// at now.
  func isLost(_ id: ObjectID, _ kind: ObjectKind?) throws(GitError) -> Bool {
    let folder = objectFolder
    do { try recent.restore(in: self) } catch { throw error as? GitError ?? GitError(.other, "\(error)") }
    return try ObjectFolders.whileUnchanged(folder) { () throws(GitError) in
      let odb = try Handle(freedBy: git_odb_free, "opening the object database") { git_odb_open(&$0, folder) }
      var object: OpaquePointer?
      var oid = id.oid
      let status = git_odb_read(&object, odb.pointer, &oid)
      defer { git_odb_object_free(object) }
      if status >= 0 { return kind.map { git_odb_object_type(object) != $0.type } ?? false }
      let error = Libgit2.error(status, "reading the object \(id.short)")
      guard error.kind == .notFound || error.kind == .damaged else { throw error }
      try ObjectFolders.requireReadable(id, in: folder)
      return true
    }
  }

  /// Every commit whose message `isWanted`, reachable or not, in no order. Looks at all objects: for repairs.
  package func commits(where isWanted: (CommitRecord) -> Bool) throws(GitError) -> [ObjectID] {
    let folder = objectFolder
    return try ObjectFolders.whileUnchanged(folder) { () throws(GitError) in
      // One of its own: packs that came later are not looked for by `git_odb_foreach`.
      let odb = try Handle(freedBy: git_odb_free, "opening the object database") { git_odb_open(&$0, folder) }
      var ids: [git_oid] = []
      let status = withUnsafeMutablePointer(to: &ids) { list in
        git_odb_foreach(
          odb.pointer,
          { id, list in
            if let id { list?.assumingMemoryBound(to: [git_oid].self).pointee.append(id.pointee) }
            return 0
          }, list)
      }
      try Libgit2.check(status, "listing all objects")
      var found: [ObjectID] = []
      for id in ids {
        let commit = ObjectID(id)
        // One that is damaged is what the search is there to do without.
        let record = try unlessLost(commit, nil) { () throws(GitError) -> CommitRecord? in
          var (oid, size, type) = (id, 0, GIT_OBJECT_ANY)
          let status = git_odb_read_header(&size, &type, odb.pointer, &oid)
          try Libgit2.check(status, "reading the object \(commit.short)")
          return type == GIT_OBJECT_COMMIT ? try self.record(of: commit) : nil
        }
        if let record = record ?? nil, isWanted(record) { found.append(commit) }
      }
      return found
    }
  }
}

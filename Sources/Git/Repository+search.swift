import CLibgit2
package import PairCore

extension Repository {
  /// Every commit whose message `isWanted`, reachable or not, in no order. Looks at all objects: for repairs.
  package func commits(where isWanted: (String) -> Bool) throws(GitError) -> [ObjectID] {
    let odb = try Handle(freedBy: git_odb_free, "opening the object database") {
      git_repository_odb(&$0, pointer)
    }
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
    return ids.compactMap { id in
      var (id, size, type) = (id, 0, GIT_OBJECT_ANY)
      guard git_odb_read_header(&size, &type, odb.pointer, &id) == 0, type == GIT_OBJECT_COMMIT else {
        return nil
      }
      let found = ObjectID(id)
      // One that is damaged is what the search is there to do without.
      guard let record = try? record(of: found), isWanted(record.message) else { return nil }
      return found
    }
  }

  /// Whether a commit, its tree and all that stands directly in it can be read, so that no `git gc` trips over
  /// them.
  package func isWhole(_ commit: ObjectID) throws(GitError) -> Bool {
    let odb = try Handle(freedBy: git_odb_free, "opening the object database") {
      git_repository_odb(&$0, pointer)
    }
    // Any reason why it cannot be read is the answer.
    guard let tree = try? self.tree(of: commit), let handle = try? treeHandle(tree) else { return false }
    return (0..<git_tree_entrycount(handle.pointer)).allSatisfy { index in
      git_odb_exists(odb.pointer, git_tree_entry_id(git_tree_entry_byindex(handle.pointer, index))) == 1
    }
  }
}

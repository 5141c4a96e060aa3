import CLibgit2
package import PairCore

/// A ref and what it leads to.
package struct RefTip: Hashable, Sendable {
  package let name: String
  package let id: ObjectID
  /// What the tag objects at `id` lead to; nil where `id` is no tag object.
  package let peeled: ObjectID?
  /// The commit that it leads to; nil where that is something else.
  package let commit: ObjectID?

  /// The refs below `prefix`, symbolic ones apart, in the order of their names. What they point at and is missing
  /// is left out.
  package static func all(
    under prefix: String, in repository: borrowing Repository
  ) throws(GitError) -> [RefTip] {
    let odb = try RecentObjects.database(of: repository)
    var found: [RefTip] = []
    for (name, id) in try repository.refs(under: prefix) {
      switch kind(of: id, in: odb.pointer) {
      case GIT_OBJECT_COMMIT: found.append(RefTip(name: name, id: id, peeled: nil, commit: id))
      case GIT_OBJECT_TAG:
        guard let peeled = peel(id, in: repository) else { continue }
        let isCommit = kind(of: peeled, in: odb.pointer) == GIT_OBJECT_COMMIT
        found.append(RefTip(name: name, id: id, peeled: peeled, commit: isCommit ? peeled : nil))
      case GIT_OBJECT_TREE, GIT_OBJECT_BLOB:
        found.append(RefTip(name: name, id: id, peeled: nil, commit: nil))
      default: continue
      }
    }
    return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func kind(of id: ObjectID, in odb: OpaquePointer) -> git_object_t {
    var (size, kind, oid) = (0, GIT_OBJECT_INVALID, id.oid)
    return git_odb_read_header(&size, &kind, odb, &oid) == 0 ? kind : GIT_OBJECT_INVALID
  }

  private static func peel(_ tag: ObjectID, in repository: borrowing Repository) -> ObjectID? {
    var (object, peeled, oid): (OpaquePointer?, OpaquePointer?, git_oid) = (nil, nil, tag.oid)
    defer {
      git_object_free(object)
      git_object_free(peeled)
    }
    guard git_object_lookup(&object, repository.pointer, &oid, GIT_OBJECT_TAG) == 0,
      git_object_peel(&peeled, object, GIT_OBJECT_ANY) == 0
    else { return nil }
    return ObjectID(git_object_id(peeled).pointee)
  }
}

extension ObjectID {
  /// Whether the object is there, by its name alone.
  package func isPresent(in repository: borrowing Repository) throws(GitError) -> Bool {
    var oid = oid
    return try git_odb_exists(RecentObjects.database(of: repository).pointer, &oid) == 1
  }
}

/// A ref that keeps commits for a while.
package enum Anchor {
  /// Moves `name` to a new commit that has all of `commits` as parents, so that they stay while the ref does. Its tree is
  /// `tree`.
  package static func set(
    _ name: String, to commits: [ObjectID], tree: ObjectID, in repository: borrowing Repository
  ) throws {
    try repository.effects.pass(.objectWrite, "commit")
    // As raw bytes: libgit2 would read each of what may be thousands of parents.
    let who = "bpsai-pair <bpsai-pair@agents.bpsai-pair.invalid> 0 +0000"
    let parents = commits.map { "parent \($0)\n" }.joined()
    let text = "tree \(tree)\n\(parents)author \(who)\ncommitter \(who)\n\nWhat a run borrows\n"
    let commit = try repository.recent.write(.commit, Array(text.utf8), in: repository)
    try repository.swapRef(name, from: repository.ref(name), to: commit, because: "a run begins")
  }
}

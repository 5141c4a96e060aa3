import CLibgit2
package import PairCore

extension Repository {
  /// The best common ancestor of `one` and the history of all of `others`; nil when they share none.
  package func mergeBase(of one: ObjectID, andAnyOf others: [ObjectID]) throws(GitError) -> ObjectID? {
    if others.isEmpty { return nil }
    let ids = ([one] + others).map(\.oid)
    var base = git_oid()
    let status = git_merge_base_many(&base, pointer, ids.count, ids)
    // Also where the history of a shallow clone ends before they meet.
    if status == GIT_ENOTFOUND.rawValue { return nil }
    try Libgit2.check(status, "looking for where \(one.short) branched off")
    return ObjectID(base)
  }

  /// The commits that are reachable from `tips` and from none of `hidden`, each before its parents.
  ///
  /// - Parameter limit: after so many it stops.
  package func commits(
    from tips: [ObjectID], hiding hidden: [ObjectID], limit: Int
  ) throws(GitError) -> [ObjectID] {
    do {
      return try walk(from: tips, hiding: hidden, limit: limit)
    } catch  where error.kind == .notFound {
      return try walkWhatIsThere(from: tips, hiding: hidden, limit: limit)
    }
  }

  private func walk(
    from tips: [ObjectID], hiding hidden: [ObjectID], limit: Int
  ) throws(GitError) -> [ObjectID] {
    let walk = try Handle(freedBy: git_revwalk_free, "walking the history") {
      git_revwalk_new(&$0, pointer)
    }
    git_revwalk_sorting(walk.pointer, GIT_SORT_TOPOLOGICAL.rawValue)
    for tip in tips {
      var oid = tip.oid
      try Libgit2.check(git_revwalk_push(walk.pointer, &oid), "walking from \(tip.short)")
    }
    for one in hidden {
      var oid = one.oid
      // What is no commit, or gone, hides nothing.
      _ = git_revwalk_hide(walk.pointer, &oid)
    }
    var found: [ObjectID] = []
    var next = git_oid()
    while found.count < limit {
      let status = git_revwalk_next(&next, walk.pointer)
      if status == GIT_ITEROVER.rawValue { break }
      try Libgit2.check(status, "walking the history")
      found.append(ObjectID(next))
    }
    return found
  }

  /// The same where history ends early, as in a shallow clone: libgit2 1.5 looks for the parents that were cut off.
  private func walkWhatIsThere(
    from tips: [ObjectID], hiding hidden: [ObjectID], limit: Int
  ) throws(GitError) -> [ObjectID] {
    let left = Set(try history(of: hidden, but: [], limit: limit))
    return try history(of: tips, but: left, limit: limit)
  }

  /// What is there of the history of `tips`, breadth first.
  private func history(
    of tips: [ObjectID], but left: Set<ObjectID>, limit: Int
  ) throws(GitError) -> [ObjectID] {
    var found: [ObjectID] = []
    var known = left
    var next = tips
    while !next.isEmpty, found.count < limit {
      var parents: [ObjectID] = []
      for id in next where known.insert(id).inserted {
        guard try exists(id) else { continue }
        found.append(id)
        parents += try commit(id).parents
      }
      next = parents
    }
    return found
  }
}

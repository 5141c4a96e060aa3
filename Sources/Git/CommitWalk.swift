import CLibgit2
import PairCore

/// The commits that are reachable from some and not from others, each before its parents.
struct CommitWalk {
  let tips: [ObjectID]
  let hidden: [ObjectID]
  /// After so many it stops.
  let limit: Int

  func commits(in repository: borrowing Repository) throws(GitError) -> [ObjectID] {
    do {
      return try walk(repository)
    } catch  where error.kind == .notFound {
      // Where history ends early, as in a shallow clone: libgit2 1.5 looks for the parents that were cut off.
      let left = Set(try history(of: hidden, but: [], repository))
      return try history(of: tips, but: left, repository)
    }
  }

  private func walk(_ repository: borrowing Repository) throws(GitError) -> [ObjectID] {
    let pointer = repository.pointer
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

  /// What is there of the history of `tips`, breadth first.
  private func history(
    of tips: [ObjectID], but left: Set<ObjectID>, _ repository: borrowing Repository
  ) throws(GitError) -> [ObjectID] {
    var found: [ObjectID] = []
    var known = left
    var next = tips
    while !next.isEmpty, found.count < limit {
      var parents: [ObjectID] = []
      for id in next where known.insert(id).inserted {
        guard try repository.exists(id) else { continue }
        found.append(id)
        parents += try repository.commit(id).parents
      }
      next = parents
    }
    return found
  }
}

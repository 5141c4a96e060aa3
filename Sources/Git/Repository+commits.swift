import CLibgit2
package import PairCore

/// A name and an address, as a commit carries them.
package struct Signature: Hashable, Sendable {
  package let name: String
  package let email: String
  package let time: Timestamp

  package init(name: String, email: String, time: Timestamp) {
    self.name = name
    self.email = email
    self.time = time
  }
}

/// A commit as a value.
package struct Commit: Hashable, Sendable {
  package let id: ObjectID
  package let tree: ObjectID
  package let parents: [ObjectID]
  package let author: Signature
  package let committer: Signature
  package let message: String

  /// The first line of the message.
  package var subject: String { message.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? "" }
}

/// What one step of a log needs of a commit.
package struct CommitRecord: Hashable, Sendable {
  package let parent: ObjectID?
  package let time: Timestamp
  package let message: String
}

extension Repository {
  /// The first parent, the time and the message of a commit: a log of many is read faster than by `commit`.
  package func record(of id: ObjectID) throws(GitError) -> CommitRecord {
    let handle = try handle(of: id, .commit)
    return CommitRecord(
      parent: git_commit_parent_id(handle.pointer, 0).map { ObjectID($0.pointee) },
      time: Timestamp(secondsSince1970: git_commit_time(handle.pointer)),
      message: String(cString: git_commit_message(handle.pointer)))
  }

  package func commit(_ id: ObjectID) throws(GitError) -> Commit {
    let handle = try handle(of: id, .commit)
    return Commit(
      id: id,
      tree: ObjectID(git_commit_tree_id(handle.pointer).pointee),
      parents: (0..<git_commit_parentcount(handle.pointer)).map {
        ObjectID(git_commit_parent_id(handle.pointer, $0).pointee)
      },
      author: Signature(git_commit_author(handle.pointer).pointee),
      committer: Signature(git_commit_committer(handle.pointer).pointee),
      message: String(cString: git_commit_message(handle.pointer)))
  }

  /// Whether the repository still has the commit: one that no ref holds may have been collected.
  package func exists(_ commit: ObjectID) throws(GitError) -> Bool {
    try unlessLost(commit, .commit) { () throws(GitError) in try tree(of: commit) } != nil
  }

  /// Whether `id` is that of a commit that is there, and not of another object or of none.
  package func isCommit(_ id: ObjectID) throws(GitError) -> Bool {
    // No id to libgit2, but an error.
    if id.hex.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) { return false }
    var oid = id.oid
    return try unlessLost(id, nil) { () throws(GitError) in
      let object = try Handle(freedBy: git_object_free, "reading the object \(id.short)") {
        git_object_lookup(&$0, pointer, &oid, GIT_OBJECT_ANY)
      }
      return git_object_type(object.pointer) == GIT_OBJECT_COMMIT
    } ?? false
  }

  /// Writes a commit object and moves no ref. Nothing is signed and no hook runs.
  package func writeCommit(
    tree: ObjectID, parents: [ObjectID], author: Signature, committer: Signature, message: String
  ) throws -> ObjectID {
    try effects.pass(.objectWrite, "commit")
    let treeHandle = try handle(of: tree, .tree)
    let authorHandle = try author.handle()
    let committerHandle = try committer.handle()
    var handles: [OpaquePointer?] = []
    defer { handles.forEach { git_commit_free($0) } }
    for parent in parents {
      var handle: OpaquePointer?
      var oid = parent.oid
      try Libgit2.check(git_commit_lookup(&handle, pointer, &oid), "reading the commit \(parent.short)")
      handles.append(handle)
    }
    var text = git_buf()
    defer { git_buf_dispose(&text) }
    try handles.withUnsafeMutableBufferPointer { buffer in
      try recent.persist("making a commit", in: self) {
        git_commit_create_buffer(
          &text, pointer, UnsafePointer(authorHandle.value), UnsafePointer(committerHandle.value), nil,
          message,
          treeHandle.pointer, buffer.count, buffer.baseAddress)
      }
    }
    return try recent.write(
      .commit, Array(UnsafeRawBufferPointer(start: text.ptr, count: text.size)), in: self)
  }

  /// Whether `ancestor` is `commit` or one of its ancestors.
  package func isReachable(_ ancestor: ObjectID, from commit: ObjectID) throws(GitError) -> Bool {
    if ancestor == commit { return true }
    // git_graph_descendant_of reports a missing commit as no special error.
    guard try exists(ancestor) else { return false }
    var a = ancestor.oid
    var c = commit.oid
    let status = git_graph_descendant_of(pointer, &c, &a)
    try Libgit2.check(status, "comparing \(ancestor.short) with \(commit.short)")
    return status == 1
  }

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

  /// The best common ancestors of two commits, as git merges by: several after criss-cross merges, or none.
  package func mergeBases(of one: ObjectID, and other: ObjectID) throws(GitError) -> [ObjectID] {
    var (first, second, found) = (one.oid, other.oid, git_oidarray())
    let status = git_merge_bases(&found, pointer, &first, &second)
    if status == GIT_ENOTFOUND.rawValue { return [] }
    try Libgit2.check(status, "looking for the merge bases of \(one.short) and \(other.short)")
    defer { git_oidarray_dispose(&found) }
    return (0..<found.count).map { ObjectID(found.ids[$0]) }
  }

  /// Whether libgit2 sees the history that git sees: it knows nothing of replaced commits (git-replace(1)), of grafts,
  /// and of where a shallow clone ends.
  package func seesHistoryAsGitDoes() throws(GitError) -> Bool {
    if git_repository_is_shallow(pointer) == 1 { return false }
    if Git.exists(commonDirectory + "/info/grafts") { return false }
    return try refs(under: "refs/replace/").isEmpty
  }

  /// Up to `limit` commits that are reachable from `tips` and from none of `hidden`, each before its parents.
  package func commits(
    from tips: [ObjectID], hiding hidden: [ObjectID], limit: Int
  ) throws(GitError) -> [ObjectID] {
    try CommitWalk(tips: tips, hidden: hidden, limit: limit).commits(in: self)
  }
}

extension Signature {
  fileprivate init(_ signature: git_signature) {
    self.init(
      name: String(cString: signature.name), email: String(cString: signature.email),
      time: Timestamp(secondsSince1970: signature.when.time))
  }

  fileprivate struct Owned: ~Copyable {
    let value: UnsafeMutablePointer<git_signature>
    deinit { git_signature_free(value) }
  }

  fileprivate func handle() throws(GitError) -> Owned {
    var signature: UnsafeMutablePointer<git_signature>?
    try Libgit2.check(
      git_signature_new(&signature, name, email, time.secondsSince1970, 0),
      "making a signature for \(name) <\(email)>")
    guard let signature else { throw GitError(.other, "making a signature: nothing came back") }
    return Owned(value: signature)
  }
}

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

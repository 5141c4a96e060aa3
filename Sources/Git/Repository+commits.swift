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
  package var subject: String {
    message.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
  }
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
    let handle = try commitHandle(id)
    return CommitRecord(
      parent: git_commit_parent_id(handle.pointer, 0).map { ObjectID($0.pointee) },
      time: Timestamp(secondsSince1970: git_commit_time(handle.pointer)),
      message: String(cString: git_commit_message(handle.pointer)))
  }

  package func commit(_ id: ObjectID) throws(GitError) -> Commit {
    let handle = try commitHandle(id)
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

  /// The best common ancestor of two commits; nil when they have none.
  package func mergeBase(of one: ObjectID, and other: ObjectID) throws(GitError) -> ObjectID? {
    var (first, second, base) = (one.oid, other.oid, git_oid())
    let status = git_merge_base(&base, pointer, &first, &second)
    if status == GIT_ENOTFOUND.rawValue { return nil }
    try Libgit2.check(status, "looking for the merge base of \(one.short) and \(other.short)")
    return ObjectID(base)
  }

  /// Whether the repository still has the commit: one that no ref holds may have been collected.
  package func exists(_ commit: ObjectID) throws(GitError) -> Bool {
    do {
      _ = try tree(of: commit)
      return true
    } catch  where error.kind == .notFound {
      return false
    }
  }

  /// Writes a commit object and moves no ref. Nothing is signed and no hook runs.
  package func writeCommit(
    tree: ObjectID, parents: [ObjectID], author: Signature, committer: Signature, message: String
  ) throws -> ObjectID {
    try effects.pass(.objectWrite, "commit")
    let treeHandle = try treeHandle(tree)
    let authorHandle = try author.handle()
    let committerHandle = try committer.handle()
    var handles: [OpaquePointer?] = []
    defer { handles.forEach { git_commit_free($0) } }
    for parent in parents {
      var handle: OpaquePointer?
      var oid = parent.oid
      try Libgit2.check(
        git_commit_lookup(&handle, pointer, &oid), "reading the commit \(parent.short)")
      handles.append(handle)
    }
    var oid = git_oid()
    try handles.withUnsafeMutableBufferPointer { buffer in
      try Libgit2.write("writing a commit") {
        git_commit_create(
          &oid, pointer, nil, UnsafePointer(authorHandle.value), UnsafePointer(committerHandle.value),
          nil, message, treeHandle.pointer, buffer.count, buffer.baseAddress)
      }
    }
    return ObjectID(oid)
  }

  /// Whether `ancestor` is `commit` or one of its ancestors.
  package func isReachable(_ ancestor: ObjectID, from commit: ObjectID) throws(GitError) -> Bool {
    if ancestor == commit { return true }
    do {
      _ = try commitHandle(ancestor)
    } catch  where error.kind == .notFound {
      return false  // git_graph_descendant_of reports a missing commit as no special error.
    }
    var a = ancestor.oid
    var c = commit.oid
    let status = git_graph_descendant_of(pointer, &c, &a)
    try Libgit2.check(status, "comparing \(ancestor.short) with \(commit.short)")
    return status == 1
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

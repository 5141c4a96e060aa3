import CLibgit2
import Host
package import PairCore

extension Repository {
  /// The ref that holds our notes.
  package static let notesRef = "refs/notes/paircoder"

  /// Where HEAD stands.
  package enum Head: Hashable, Sendable {
    case branch(BranchName, ObjectID)
    case detached(ObjectID)
    /// A branch without a commit: the repository is new.
    case unborn(BranchName)

    package var commit: ObjectID? {
      switch self {
      case .branch(_, let id), .detached(let id): id
      case .unborn: nil
      }
    }
  }

  package func head() throws(GitError) -> Head {
    let reference = try Handle(freedBy: git_reference_free, "reading HEAD") {
      git_reference_lookup(&$0, pointer, "HEAD")
    }
    guard git_reference_type(reference.pointer) == GIT_REFERENCE_SYMBOLIC else {
      guard let oid = git_reference_target(reference.pointer) else {
        throw GitError(.other, "reading HEAD: it points nowhere")
      }
      return .detached(ObjectID(oid.pointee))
    }
    let target = String(cString: git_reference_symbolic_target(reference.pointer))
    let short = target.hasPrefix("refs/heads/") ? String(target.dropFirst(11)) : target
    guard let commit = try ref(target) else { return .unborn(BranchName(short)) }
    return .branch(BranchName(short), commit)
  }

  /// The object that a ref points at, nil when there is no such ref.
  package func ref(_ name: String) throws(GitError) -> ObjectID? {
    var oid = git_oid()
    let status = git_reference_name_to_id(&oid, pointer, name)
    if status == GIT_ENOTFOUND.rawValue || status == GIT_EINVALIDSPEC.rawValue { return nil }
    try Libgit2.check(status, "reading the ref \(name)")
    return ObjectID(oid)
  }

  /// Whether a worktree of this repository, the main one or a linked one, stands on `branch`.
  package func isCheckedOut(_ branch: BranchName) throws(GitError) -> Bool {
    var reference: OpaquePointer?
    let status = git_reference_lookup(&reference, pointer, branch.ref)
    if status == GIT_ENOTFOUND.rawValue { return false }
    try Libgit2.check(status, "reading the ref \(branch.ref)")
    defer { git_reference_free(reference) }
    return git_branch_is_checked_out(reference) == 1
  }

  /// The refs whose names begin with `prefix`, with what they point at. One that `git pack-refs` moves into
  /// the packed ones meanwhile is missing from libgit2's listing, though it is there all the time (measured
  /// with 1.5.1); those that stood as files before are asked for by name.
  package func refs(under prefix: String) throws(GitError) -> [String: ObjectID] {
    let loose = prefix.hasSuffix("/") ? refFiles(below: String(prefix.dropLast()), in: commonDirectory) : []
    var found = try listedRefs(under: prefix)
    for name in loose where found[name] == nil {
      if let id = try? ref(name) { found[name] = id }  // Unreadable: whoever asks for it by name is told why.
    }
    return found
  }

  private func listedRefs(under prefix: String) throws(GitError) -> [String: ObjectID] {
    var found: [String: ObjectID] = [:]
    let iterator = try Handle(freedBy: git_reference_iterator_free, "listing refs") {
      git_reference_iterator_glob_new(&$0, pointer, prefix + "*")
    }
    while true {
      var reference: OpaquePointer?
      let status = git_reference_next(&reference, iterator.pointer)
      if status == GIT_ITEROVER.rawValue { return found }
      try Libgit2.check(status, "listing refs under \(prefix)")
      defer { git_reference_free(reference) }
      let name = String(cString: git_reference_name(reference))
      if let oid = git_reference_target(reference) { found[name] = ObjectID(oid.pointee) }
    }
  }

  /// The commit that `revision` names, in any of gitrevisions(7)'s ways.
  package func commit(named revision: String) throws(GitError) -> ObjectID {
    let attempt = "looking up '\(revision)'"
    let object = try Handle(freedBy: git_object_free, attempt) {
      git_revparse_single(&$0, pointer, revision)
    }
    let commit = try Handle(freedBy: git_object_free, attempt) {
      git_object_peel(&$0, object.pointer, GIT_OBJECT_COMMIT)
    }
    return ObjectID(git_object_id(commit.pointer).pointee)
  }

  /// What a branch was made at, and what `git fetch` and `git pull` moved it to, as its reflog tells
  /// (git-reflog(1)); empty without one.
  package func fetchedTips(of branch: BranchName) throws(GitError) -> [ObjectID] {
    let log = try Handle(freedBy: git_reflog_free, "reading the reflog of \(branch)") {
      git_reflog_read(&$0, pointer, branch.ref)
    }
    let count = git_reflog_entrycount(log.pointer)
    var tips: [ObjectID] = []
    for index in 0..<count {
      guard let entry = git_reflog_entry_byindex(log.pointer, index), let id = git_reflog_entry_id_new(entry)
      else { continue }
      let words = git_reflog_entry_message(entry).map { String(cString: $0) } ?? ""
      // The newest comes first.
      if index == count - 1 || words.hasPrefix("fetch") || words.hasPrefix("pull") {
        tips.append(ObjectID(id.pointee))
      }
    }
    return tips
  }

  /// Moves `name` from `old` (nil: it must not exist) to `new`, or throws `GitError` of kind `modified`.
  /// Creation passes `force` with a zero id: without `force` two creators can both succeed (measured with
  /// libgit2 1.5.1).
  package func swapRef(_ name: String, from old: ObjectID?, to new: ObjectID, because: String) throws {
    try effects.pass(.refUpdate, name)
    try RefMove(name: name, old: old, attempt: "moving \(name)").perform(in: self) {
      var target = new.oid
      var expected = old?.oid ?? git_oid()
      var reference: OpaquePointer?
      defer { git_reference_free(reference) }
      return git_reference_create_matching(
        &reference, pointer, name, &target, 1, &expected, "bpsai-pair: \(because)")
    }
    // What `git gc --prune=now` took away before the ref kept it.
    try recent.restore(in: self)
  }

  /// Deletes `name` if it still stands at `old`; else throws `GitError` of kind `modified`.
  package func deleteRef(_ name: String, expecting old: ObjectID) throws {
    try effects.pass(.refUpdate, name)
    try RefMove(name: name, old: old, attempt: "deleting \(name)").perform(in: self) {
      var reference: OpaquePointer?
      defer { git_reference_free(reference) }
      let status = git_reference_lookup(&reference, pointer, name)
      guard status == 0 else { return status }
      // git_reference_delete compares with the value that was looked up.
      guard let oid = git_reference_target(reference), ObjectID(oid.pointee) == old else {
        return GIT_EMODIFIED.rawValue
      }
      return git_reference_delete(reference)
    }
  }
}

/// The names of the refs below the folder `prefix` that stand as files of the common git directory `top`.
private func refFiles(below prefix: String, in top: String) -> [String] {
  // What cannot be listed now is not listed by libgit2 either, which says so.
  let names = (try? names(in: top + "/" + prefix)) ?? []
  return names.flatMap { name, isFolder in
    let path = prefix + "/" + name
    return isFolder ? refFiles(below: path, in: top) : name.hasSuffix(".lock") ? [] : [path]
  }
}

import CLibgit2
import Host
package import PairCore

extension Repository {
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

  /// The refs whose names begin with `prefix`, with what they point at.
  ///
  /// A ref that `git pack-refs` moves into the packed ones meanwhile is missing from libgit2's listing, though
  /// it is there all the time (measured with 1.5.1); those that stood as files before are asked for by name.
  package func refs(under prefix: String) throws(GitError) -> [String: ObjectID] {
    let loose = looseNames(under: prefix)
    var found = try listedRefs(under: prefix)
    for name in loose where found[name] == nil {
      if let id = try? ref(name) { found[name] = id }  // Unreadable: who asks for it by name is told why.
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

  /// Moves `name` from `old` (nil: it must not exist) to `new`, or does nothing.
  ///
  /// Creation passes `force` with a zero id: without `force` two creators can both succeed (measured with
  /// libgit2 1.5.1).
  ///
  /// - Throws: `GitError` of kind `modified` when the ref does not stand at `old`.
  package func swapRef(_ name: String, from old: ObjectID?, to new: ObjectID, because: String) throws {
    try effects.pass(.refUpdate, name)
    try retrying(name, from: old) {
      var target = new.oid
      var expected = old?.oid ?? git_oid()
      var reference: OpaquePointer?
      defer { git_reference_free(reference) }
      return git_reference_create_matching(
        &reference, pointer, name, &target, 1, &expected, "bpsai-pair: \(because)")
    } attempt: {
      "moving \(name)"
    }
  }

  /// Deletes `name` if it still stands at `old`.
  ///
  /// - Throws: `GitError` of kind `modified` when it does not.
  package func deleteRef(_ name: String, expecting old: ObjectID) throws {
    try effects.pass(.refUpdate, name)
    try retrying(name, from: old) {
      var reference: OpaquePointer?
      defer { git_reference_free(reference) }
      let status = git_reference_lookup(&reference, pointer, name)
      guard status == 0 else { return status }
      // git_reference_delete compares with the value that was looked up.
      guard let oid = git_reference_target(reference), ObjectID(oid.pointee) == old else {
        return GIT_EMODIFIED.rawValue
      }
      return git_reference_delete(reference)
    } attempt: {
      "deleting \(name)"
    }
  }

  /// Tries `operation` on the ref `name` for about two seconds: libgit2 never waits for a lock, and beside
  /// `git pack-refs` it now and then takes a ref for moved or gone that is neither (measured with 1.5.1), so
  /// that is asked for by name.
  ///
  /// One of our own refs that is locked all that time has lost the process that did it: the lock goes, and it is tried
  /// again. For no other process of ours can hold it while we have the guard, and git holds it for moments.
  private func retrying(
    _ name: String, from old: ObjectID?, _ operation: () -> Int32, attempt: () -> String
  ) throws {
    let guardian = try RefGuard.take(for: name, in: self)
    let lock = "\(commonDirectory)/\(name).lock"
    var locked: FileInfo?
    var delayInMilliseconds: UInt32 = 1
    for round in 0... {
      let status = operation()
      if status >= 0 { return }
      let error = Libgit2.error(status, attempt())
      switch error.kind {
      case .locked where round == 0: locked = FileInfo(at: lock)
      case .locked where round < 12: break
      case .locked where round == 12 && guardian != nil && locked != nil && FileInfo(at: lock) == locked:
        try Files.remove(lock, effects: effects)
        tell("removed \(lock), which a process that was killed had left behind")
      case .modified, .notFound:
        let stands = try ref(name)
        // A ref that is gone does not stand where it was expected either.
        if stands != old || round >= 12 { throw GitError(.modified, error.message) }
      default: throw error
      }
      pauseMilliseconds(delayInMilliseconds + UInt32.random(in: 0...delayInMilliseconds))
      delayInMilliseconds = min(delayInMilliseconds * 2, 250)
    }
  }
}

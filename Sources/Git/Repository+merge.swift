import CLibgit2
import Glibc
public import PairCore

extension Repository {
  /// The best common ancestors of two commits, as git merges by: usually one, several after criss-cross merges,
  /// none of commits that have nothing in common.
  public func mergeBases(of one: ObjectID, and other: ObjectID) throws(GitError) -> [ObjectID] {
    var (first, second, found) = (one.oid, other.oid, git_oidarray())
    let status = git_merge_bases(&found, pointer, &first, &second)
    if status == GIT_ENOTFOUND.rawValue { return [] }
    try Libgit2.check(status, "looking for the merge bases of \(one.short) and \(other.short)")
    defer { git_oidarray_dispose(&found) }
    return (0..<found.count).map { ObjectID(found.ids[$0]) }
  }

  /// What `commit` changed since the commit `base`.
  public func pathChanges(from base: ObjectID, to commit: ObjectID) throws(GitError) -> PathChanges {
    let old = try treeHandle(tree(of: base))
    let new = try treeHandle(tree(of: commit))
    var options = git_diff_options()
    git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION))
    options.flags = GIT_DIFF_INCLUDE_TYPECHANGE.rawValue | GIT_DIFF_SKIP_BINARY_CHECK.rawValue
    options.ignore_submodules = GIT_SUBMODULE_IGNORE_NONE  // Else the user's settings would decide.
    let diff = try Handle(freedBy: git_diff_free, "comparing \(base.short) with \(commit.short)") {
      git_diff_tree_to_tree(&$0, pointer, old.pointer, new.pointer, &options)
    }
    var contents: [[UInt8]: PathChanges.Content?] = [:]
    var (adds, deletes) = (false, false)
    for index in 0..<git_diff_num_deltas(diff.pointer) {
      guard let delta = git_diff_get_delta(diff.pointer, index)?.pointee else { continue }
      let isDeleted = delta.status == GIT_DELTA_DELETED
      let file = isDeleted ? delta.old_file : delta.new_file
      let path = Array(UnsafeBufferPointer(start: file.path, count: strlen(file.path)).map(UInt8.init(bitPattern:)))
      contents[path] = .some(
        isDeleted ? nil : PathChanges.Content(id: ObjectID(file.id), mode: UInt32(file.mode)))
      adds = adds || delta.status == GIT_DELTA_ADDED
      deletes = deletes || isDeleted
    }
    return PathChanges(contents, adds: adds, deletes: deletes)
  }
}

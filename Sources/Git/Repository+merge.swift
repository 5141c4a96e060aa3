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
    var contents: [PathChanges.Path: PathChanges.Content?] = [:]
    var added: [PathChanges.Path] = []
    var lefts: Set<PathChanges.Path> = []
    for index in 0..<git_diff_num_deltas(diff.pointer) {
      guard let delta = git_diff_get_delta(diff.pointer, index)?.pointee else { continue }
      let isDeleted = delta.status == GIT_DELTA_DELETED
      let file = isDeleted ? delta.old_file : delta.new_file
      let path = UnsafeBufferPointer(start: file.path, count: strlen(file.path)).map(UInt8.init(bitPattern:))
      contents[path] = .some(
        isDeleted ? nil : PathChanges.Content(id: ObjectID(file.id), mode: UInt32(file.mode)))
      if delta.status == GIT_DELTA_ADDED { added.append(path) }
      if isDeleted { lefts.formUnion(PathChanges.folders(of: path)) }
    }
    let removed = lefts.filter { !isFolder($0, in: new) }
    return PathChanges(contents, added: added, removedFolders: removed)
  }

  private func isFolder(_ path: PathChanges.Path, in tree: borrowing Handle) -> Bool {
    var entry: OpaquePointer?
    let name = path.map(CChar.init(bitPattern:)) + [0]
    guard git_tree_entry_bypath(&entry, tree.pointer, name) == 0 else { return false }
    defer { git_tree_entry_free(entry) }
    return git_tree_entry_type(entry) == GIT_OBJECT_TREE
  }
}

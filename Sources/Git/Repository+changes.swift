import CLibgit2
package import PairCore

extension Repository {
  /// What differs between two trees, nil for the empty one, below `folder`; renames found as git finds them.
  ///
  /// - Parameter lines: whether to read the added lines, too (needs the blobs).
  package func changes(
    from old: ObjectID?, to new: ObjectID, below folder: String = "", lines: Bool = false
  ) throws(GitError) -> [FileChange] {
    try TreeDiff(from: old, to: new, below: folder, lines: lines, in: self).changes()
  }

  /// The paths at which two trees hold something else, in their order; a rename is two of them.
  package func changedPaths(from old: ObjectID, to new: ObjectID) throws(GitError) -> [String] {
    if old == new { return [] }
    let oldTree = try handle(of: old, .tree)
    let newTree = try handle(of: new, .tree)
    var options = git_diff_options()
    git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION))
    options.flags = GIT_DIFF_INCLUDE_TYPECHANGE.rawValue | GIT_DIFF_SKIP_BINARY_CHECK.rawValue
    let diff = try Handle(freedBy: git_diff_free, "comparing two trees") {
      git_diff_tree_to_tree(&$0, pointer, oldTree.pointer, newTree.pointer, &options)
    }
    return (0..<git_diff_num_deltas(diff.pointer)).compactMap { index in
      git_diff_get_delta(diff.pointer, index).map { String(cString: $0.pointee.new_file.path) }
    }
  }

  /// What `commit` changed since the commit `base`.
  package func pathChanges(from base: ObjectID, to commit: ObjectID) throws(GitError) -> PathChanges {
    try TreeComparison.changes(from: tree(of: base), to: tree(of: commit), in: self)
  }
}

import CLibgit2
package import PairCore

/// A merge of trees without a working tree.
package enum TreeMerge {
  /// What `theirs` changed since `ancestor`, laid on `ours`; nil where that conflicts. All three are trees; nothing but
  /// the result is written.
  package static func merged(
    ancestor: ObjectID, ours: ObjectID, theirs: ObjectID, in repository: borrowing Repository
  ) throws -> ObjectID? {
    try repository.effects.pass(.objectWrite, "tree")
    let first = try repository.handle(of: ours, .tree)
    let second = try repository.handle(of: theirs, .tree)
    let origin = try repository.handle(of: ancestor, .tree)
    var options = git_merge_options()
    git_merge_options_init(&options, UInt32(GIT_MERGE_OPTIONS_VERSION))
    let index = try Handle(freedBy: git_index_free, "merging two trees") {
      git_merge_trees(&$0, repository.pointer, origin.pointer, first.pointer, second.pointer, &options)
    }
    if git_index_has_conflicts(index.pointer) == 1 { return nil }
    var id = git_oid()
    try Libgit2.check(
      git_index_write_tree_to(&id, index.pointer, repository.pointer), "writing a merged tree")
    return ObjectID(id)
  }
}

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

/// The difference of two trees as libgit2 finds it, with renames as git finds them.
private struct TreeDiff: ~Copyable {
  private let diff: Handle
  private let repository: OpaquePointer
  private let lines: Bool

  /// - Parameters:
  ///   - old: nil for the empty tree.
  ///   - folder: empty for all.
  init(
    from old: ObjectID?, to new: ObjectID, below folder: String, lines: Bool,
    in repository: borrowing Repository
  ) throws(GitError) {
    let pointer = repository.pointer
    let newTree = try repository.handle(of: new, .tree)
    var oldTree: OpaquePointer?
    defer { git_tree_free(oldTree) }
    if var oid = old?.oid {
      try Libgit2.check(git_tree_lookup(&oldTree, pointer, &oid), "reading the tree \(ObjectID(oid).short)")
    }
    var options = TreeDiff.options(lines: lines)
    let diff = try Handle(freedBy: git_diff_free, "comparing two trees") { made in
      guard !folder.isEmpty else {
        return git_diff_tree_to_tree(&made, pointer, oldTree, newTree.pointer, &options)
      }
      return withCStrings([folder]) { names in
        var spec: [UnsafeMutablePointer<CChar>?] = names.map { UnsafeMutablePointer(mutating: $0) }
        return spec.withUnsafeMutableBufferPointer { buffer in
          options.pathspec = git_strarray(strings: buffer.baseAddress, count: 1)
          return git_diff_tree_to_tree(&made, pointer, oldTree, newTree.pointer, &options)
        }
      }
    }
    var similar = git_diff_find_options()
    git_diff_find_options_init(&similar, UInt32(GIT_DIFF_FIND_OPTIONS_VERSION))
    similar.flags = GIT_DIFF_FIND_RENAMES.rawValue  // Else diff.renames of the user's would decide.
    try Libgit2.check(git_diff_find_similar(diff.pointer, &similar), "looking for renames")
    self.diff = diff
    self.repository = pointer
    self.lines = lines
  }

  private static func options(lines: Bool) -> git_diff_options {
    var options = git_diff_options()
    git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION))
    options.context_lines = 0
    options.flags = GIT_DIFF_INCLUDE_TYPECHANGE.rawValue | GIT_DIFF_DISABLE_PATHSPEC_MATCH.rawValue
    // An attribute that calls a text binary must not hide what is added to it.
    options.flags |= lines ? GIT_DIFF_FORCE_TEXT.rawValue : GIT_DIFF_SKIP_BINARY_CHECK.rawValue
    return options
  }

  func changes() throws(GitError) -> [FileChange] {
    var found: [FileChange] = []
    for index in 0..<git_diff_num_deltas(diff.pointer) {
      guard let delta = git_diff_get_delta(diff.pointer, index)?.pointee else { continue }
      let path = String(cString: delta.new_file.path)
      let oldPath = String(cString: delta.old_file.path)
      found.append(
        FileChange(
          path: path, kind: kind(of: delta.status), oldPath: oldPath == path ? nil : oldPath,
          addedLines: lines ? try addedLines(of: delta) : []))
    }
    return found
  }

  private func kind(of status: git_delta_t) -> FileChange.Kind {
    switch status {
    case GIT_DELTA_ADDED, GIT_DELTA_COPIED: .added
    case GIT_DELTA_DELETED: .deleted
    case GIT_DELTA_RENAMED: .renamed
    case GIT_DELTA_TYPECHANGE: .typeChanged
    default: .modified
    }
  }

  /// The added lines of what is text by git's own guess; a deleted file and a submodule have none.
  private func addedLines(of delta: git_diff_delta) throws(GitError) -> [AddedLine] {
    var oid = delta.new_file.id
    var blob: OpaquePointer?
    guard git_blob_lookup(&blob, repository, &oid) == 0 else { return [] }
    defer { git_blob_free(blob) }
    if git_blob_is_binary(blob) != 0 { return [] }
    guard delta.status == GIT_DELTA_ADDED else { return try addedLines(since: delta.old_file.id, in: blob) }
    // All of them are new: there is nothing to compare, which takes longer than to read.
    var bytes = UnsafeRawBufferPointer(start: git_blob_rawcontent(blob), count: Int(git_blob_rawsize(blob)))[
      ...]
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() } else if bytes.isEmpty { return [] }
    return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().map {
      AddedLine(number: $0 + 1, text: String(decoding: $1, as: UTF8.self))
    }
  }

  private func addedLines(since old: git_oid, in blob: OpaquePointer?) throws(GitError) -> [AddedLine] {
    var (oid, before) = (old, OpaquePointer?.none)
    defer { git_blob_free(before) }
    try Libgit2.check(git_blob_lookup(&before, repository, &oid), "reading the blob \(ObjectID(old).short)")
    var options = TreeDiff.options(lines: true)
    var patch: OpaquePointer?
    // Of a repository's own blobs libgit2 would read attributes in the user's checkout, and a pipe there for ever.
    let status = git_patch_from_buffers(
      &patch, git_blob_rawcontent(before), Int(git_blob_rawsize(before)), nil, git_blob_rawcontent(blob),
      Int(git_blob_rawsize(blob)), nil, &options)
    try Libgit2.check(status, "reading a patch")
    guard let patch else { return [] }  // Binary.
    defer { git_patch_free(patch) }
    var added: [AddedLine] = []
    for hunk in 0..<git_patch_num_hunks(patch) {
      for line in 0..<max(0, git_patch_num_lines_in_hunk(patch, hunk)) {
        var found: UnsafePointer<git_diff_line>?
        try Libgit2.check(git_patch_get_line_in_hunk(&found, patch, hunk, Int(line)), "reading a patch line")
        guard let found = found?.pointee, found.origin == CChar(GIT_DIFF_LINE_ADDITION.rawValue)
        else { continue }
        var bytes = UnsafeRawBufferPointer(start: found.content, count: found.content_len)[...]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        added.append(AddedLine(number: Int(found.new_lineno), text: String(decoding: bytes, as: UTF8.self)))
      }
    }
    return added
  }
}

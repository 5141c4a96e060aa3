import CLibgit2
package import PairCore

extension Repository {
  /// The ref that holds our notes.
  package static let notesRef = "refs/notes/paircoder"

  /// Attaches `text` to `commit`, replacing an earlier note of ours on it.
  ///
  /// libgit2 and `git notes` both lose notes when several processes write at once (measured), so the
  /// notes commit is made here and the ref moved by compare-and-swap, again on the new head if it moved.
  package func writeNote(_ text: String, on commit: ObjectID, by signature: Signature) throws {
    for _ in 0..<100 {
      let head = try ref(Repository.notesRef)
      let base = try head.map { try self.tree(of: $0) }
      let blob = try writeBlob(Array(text.utf8))
      let tree = try writeTree(
        on: base, putting: [TreeEntry(path: try notePath(of: commit, in: base), id: blob, mode: .file)])
      let made = try writeCommit(
        tree: tree, parents: head.map { [$0] } ?? [], author: signature, committer: signature,
        message: "Notes added by bpsai-pair\n")
      do {
        return try swapRef(Repository.notesRef, from: head, to: made, because: "note")
      } catch let error as GitError where error.kind == .modified || error.kind == .notFound {
        continue
      }
    }
    throw GitError(.locked, "writing a note on \(commit.short): other processes kept moving the ref")
  }

  /// The text of our note on `commit`; nil when there is none.
  package func note(on commit: ObjectID) throws(GitError) -> [UInt8]? {
    guard let head = try ref(Repository.notesRef) else { return nil }
    let tree = try tree(of: head)
    guard let entry = try entry(at: notePath(of: commit, in: tree), in: tree) else { return nil }
    return try blob(entry.id)
  }

  /// Where the note on `commit` stands in the notes tree, or is to stand: git spreads notes over folders
  /// when they are many, and adds up the texts of one that stands at two paths (git-notes(1)).
  private func notePath(of commit: ObjectID, in tree: ObjectID?) throws(GitError) -> String {
    let hex = commit.hex
    guard let tree else { return hex }
    let spread = "\(hex.prefix(2))/\(hex.dropFirst(2))"
    let spreadTwice = "\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex.dropFirst(4))"
    for path in [hex, spread, spreadTwice] where try entry(at: path, in: tree) != nil { return path }
    let handle = try treeHandle(tree)
    let isSpread = (0..<git_tree_entrycount(handle.pointer)).contains { index in
      let entry = git_tree_entry_byindex(handle.pointer, index)
      return git_tree_entry_filemode(entry) == GIT_FILEMODE_TREE
        && String(cString: git_tree_entry_name(entry)).utf8.count == 2
    }
    return isSpread ? spread : hex
  }
}

import CLibgit2
public import PairCore

extension Repository {
  /// The ref that holds our notes.
  public static let notesRef = "refs/notes/paircoder"

  /// Attaches `text` to `commit`, replacing an earlier note of ours on it.
  ///
  /// libgit2 and `git notes` both lose notes when several processes write at once (measured), so the
  /// notes commit is made here and the ref moved by compare-and-swap, again on the new head if it moved.
  public func writeNote(_ text: String, on commit: ObjectID, by signature: Signature) throws {
    for _ in 0..<100 {
      let head = try ref(Repository.notesRef)
      let notes = try noteTree(at: head)
      let blob = try writeBlob(Array(text.utf8))
      let tree = try writeTree(
        on: notes.base, putting: [TreeEntry(path: notes.path(of: commit), id: blob, mode: .file)])
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

  /// Our note on `commit`; nil when it has none.
  public func note(on commit: ObjectID) throws(GitError) -> String? {
    var oid = commit.oid
    var note: OpaquePointer?
    let status = git_note_read(&note, pointer, Repository.notesRef, &oid)
    if status == GIT_ENOTFOUND.rawValue { return nil }
    try Libgit2.check(status, "reading the note on \(commit.short)")
    defer { git_note_free(note) }
    return String(cString: git_note_message(note))
  }

  private struct NoteTree {
    let base: ObjectID?
    let isFannedOut: Bool

    /// Where the note on `commit` stands: git reads both forms and fans out when notes are many.
    func path(of commit: ObjectID) -> String {
      isFannedOut ? "\(commit.hex.prefix(2))/\(commit.hex.dropFirst(2))" : commit.hex
    }
  }

  private func noteTree(at head: ObjectID?) throws(GitError) -> NoteTree {
    guard let head else { return NoteTree(base: nil, isFannedOut: false) }
    let tree = try tree(of: head)
    let handle = try treeHandle(tree)
    let first = git_tree_entry_byindex(handle.pointer, 0)
    let isFannedOut = first.map { strlen(git_tree_entry_name($0)) == 2 } ?? false
    return NoteTree(base: tree, isFannedOut: isFannedOut)
  }

  private func strlen(_ text: UnsafePointer<CChar>?) -> Int {
    text.map { String(cString: $0).utf8.count } ?? 0
  }
}

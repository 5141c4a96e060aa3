package import Git
package import PairCore

/// Our notes on commits (git-notes(1)), under a ref of their own. libgit2 and `git notes` both lose notes
/// when several processes write at once (measured), so the commit is made here and the ref moved by
/// compare-and-swap.
package struct CommitNotes: Sendable {
  package init() {}

  /// Git begins the messages of its own notes commits in the same way.
  private static let commits = RefLog(
    ref: Repository.notesRef, name: "the notes of results",
    owns: { $0.hasPrefix("Notes added by ") || $0.hasPrefix("Notes removed by ") })

  /// Attaches `text` to `commit`, replacing an earlier note of ours on it.
  package func write(
    _ text: String, on commit: ObjectID, in repository: borrowing Repository, by signature: Signature
  ) throws {
    _ = try CommitNotes.commits.append(to: repository, by: signature) { head in
      let base = try head.map { try repository.tree(of: $0) }
      let blob = try repository.writeBlob(repository.redaction.redacted(Array(text.utf8)))
      let path = try base.flatMap { try CommitNotes.path(of: commit, in: $0, repository) } ?? commit.hex
      let tree = try repository.writeTree(on: base, putting: [.init(path: path, id: blob, mode: .file)])
      return RefLog.Draft(tree: tree, message: "Notes added by bpsai-pair\n", because: "note")
    }
  }

  /// The text of our note on `commit`; nil when there is none, or it is missing or damaged.
  package func text(on commit: ObjectID, in repository: borrowing Repository) throws(GitError) -> [UInt8]? {
    guard let head = try repository.ref(Repository.notesRef) else { return nil }
    var reader = TolerantReader()
    guard let tree = try reader.tree(of: head, in: repository) else { return nil }
    for path in CommitNotes.paths(of: commit) {
      if let bytes = try reader.bytes(at: path, in: tree, in: repository) { return bytes }
    }
    return nil
  }

  /// Git spreads notes over folders when they are many.
  private static func paths(of commit: ObjectID) -> [String] {
    let hex = commit.hex
    return [
      hex, "\(hex.prefix(2))/\(hex.dropFirst(2))",
      "\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex.dropFirst(4))",
    ]
  }

  /// Where the note on `commit` stands in the notes tree, or is to stand: git adds up the texts of one that
  /// stands at two paths. An error when a folder that it may stand in is lost.
  private static func path(
    of commit: ObjectID, in tree: ObjectID, _ repository: borrowing Repository
  ) throws(GitError) -> String {
    let paths = paths(of: commit)
    for path in paths where try repository.entry(at: path, in: tree) != nil { return path }
    let isSpread = try repository.entries(of: tree).contains {
      $0.mode == .folder && $0.path.utf8.count == 2
    }
    return isSpread ? paths[1] : paths[0]
  }
}

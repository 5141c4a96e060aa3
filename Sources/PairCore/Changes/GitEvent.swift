/// Something that happened in the repository and that this program acts on.
package enum GitEvent: Hashable, Sendable {
  case branchCreated(BranchName, at: ObjectID)
  case branchMoved(BranchName, from: ObjectID, to: ObjectID)
  case branchDeleted(BranchName, was: ObjectID)
  /// A commit on no branch; `from` is nil where nothing was seen before.
  case headMoved(from: ObjectID?, to: ObjectID)

  /// Reads what git tells a post-receive hook (githooks(5)): a line for each ref, `<old> <new> <ref>`, where an id of
  /// zeros stands for none. Other refs than branches, and lines that are none, are left out.
  package static func received(_ lines: String) -> [GitEvent] {
    lines.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count == 3, words[2].hasPrefix("refs/heads/"), let old = ObjectID(String(words[0])),
        let new = ObjectID(String(words[1]))
      else { return nil }
      let branch = BranchName(ref: String(words[2]))
      switch (old.isZero, new.isZero) {
      case (true, true): return nil
      case (true, false): return .branchCreated(branch, at: new)
      case (false, true): return .branchDeleted(branch, was: old)
      case (false, false): return .branchMoved(branch, from: old, to: new)
      }
    }
  }
}

extension ObjectID {
  /// Whether it is the id that git writes for no object.
  fileprivate var isZero: Bool { hex.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }
}

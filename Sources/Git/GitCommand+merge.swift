package import PairCore

/// Two commits to merge.
package struct MergePair: Hashable, Sendable {
  package let one: ObjectID
  package let other: ObjectID

  package init(_ one: ObjectID, _ other: ObjectID) {
    self.one = one
    self.other = other
  }
}

/// What git makes of two commits without touching a working tree (git-merge-tree(1)).
package struct Merged: Hashable, Sendable {
  /// With conflict markers in it where there are conflicts.
  package let tree: ObjectID
  package let isClean: Bool
  /// The paths in conflict, in git's order. Empty for a clean merge, and for a conflict that git gives no path to:
  /// a folder whose files were renamed to several others (`CONFLICT_DIR_RENAME_SPLIT` in git's merge-ort.c).
  package let conflicts: [String]

  /// Reads what `git merge-tree --stdin --name-only --no-messages` prints of each merge: a status (1 for clean),
  /// the tree, the paths in conflict, and an empty field. Nil where it is something else.
  static func read(from printed: [UInt8]) -> [Merged]? {
    var merged: [Merged] = []
    var fields = printed.split(separator: 0, omittingEmptySubsequences: false)
    guard fields.popLast()?.isEmpty == true else { return printed.isEmpty ? [] : nil }
    var rest = fields[...]
    while let status = rest.popFirst() {
      guard let id = rest.popFirst(), let tree = ObjectID(String(decoding: id, as: UTF8.self)),
        let end = rest.firstIndex(where: \.isEmpty)
      else { return nil }
      let paths = rest[..<end].map { String(decoding: $0, as: UTF8.self) }
      let isClean = status.elementsEqual("1".utf8)
      guard isClean && paths.isEmpty || status.elementsEqual("0".utf8) else { return nil }
      merged.append(Merged(tree: tree, isClean: isClean, conflicts: paths))
      rest = rest[(end + 1)...]
    }
    return merged
  }
}

extension GitCommand {
  /// Merges each pair, in order, and moves no ref. The user's configuration holds (`merge.*`, drivers), with
  /// the attributes of the checkout at `place`: never those of the commits, which could name a driver.
  ///
  /// - Throws: `GitError` where two have no commit in common, or something cannot be read.
  package func merge(_ pairs: [MergePair], at place: Place) async throws -> [Merged] {
    if pairs.isEmpty { return [] }
    let printed = try await run(
      ["merge-tree", "--write-tree", "--stdin", "--name-only", "--no-messages"], at: place,
      input: Array(pairs.map { "\($0.one) \($0.other)\n" }.joined().utf8))
    guard let merged = Merged.read(from: printed), merged.count == pairs.count else {
      throw GitError(.other, "git merge-tree: it said something that is not understood")
    }
    return merged
  }
}

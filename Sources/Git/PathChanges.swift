import PairCore

/// What a commit changed since another, path by path; no renames are looked for.
public struct PathChanges: Sendable {
  /// What stands at a path afterwards; nil where nothing does.
  struct Content: Hashable, Sendable {
    let id: ObjectID
    let mode: UInt32
  }

  /// By path, in git's own bytes: two names that Unicode calls the same are two files.
  private let contents: [[UInt8]: Content?]
  /// Every folder that one of those paths lies in.
  private let folders: Set<[UInt8]>
  private let adds: Bool
  private let deletes: Bool

  /// - Parameters:
  ///   - adds: whether one of the paths was not there before.
  ///   - deletes: whether one of them is not there any more.
  init(_ contents: [[UInt8]: Content?], adds: Bool, deletes: Bool) {
    self.contents = contents
    self.adds = adds
    self.deletes = deletes
    var folders: Set<[UInt8]> = []
    for path in contents.keys {
      for end in path.indices where path[end] == UInt8(ascii: "/") { folders.insert(Array(path[..<end])) }
    }
    self.folders = folders
  }

  public var isEmpty: Bool { contents.isEmpty }

  /// Whether git may take something here for a rename: it pairs what was deleted with what was added.
  private var mayRename: Bool { adds && deletes }

  /// Whether the paths alone prove that git merges the two commits without a conflict, both sides being changes
  /// since their one merge base. False says nothing: git has to try.
  ///
  /// Where neither side may rename, each path is merged by itself (`process_entry` in git's merge-ort.c): one that
  /// a single side changed takes that side, one that both changed in the same way takes it, too. A rename says
  /// something of the other side's changes of either of its paths, and of the files that the other side added
  /// (renamed folders take them along); where there are none of these, it is a change like any other. A file on
  /// one side where the other has a folder is left to git, and so is what both changed in different ways:
  /// git's diff is not libgit2's.
  public func provablyMerges(with other: PathChanges) -> Bool {
    let (few, many) = contents.count < other.contents.count ? (self, other) : (other, self)
    if mayRename && other.adds || other.mayRename && adds { return false }
    for (path, content) in few.contents {
      if let theirs = many.contents[path], mayRename || other.mayRename || theirs != content { return false }
      if many.folders.contains(path) { return false }
    }
    return !many.contents.keys.contains { few.folders.contains($0) }
  }
}

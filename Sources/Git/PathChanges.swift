import PairCore

/// What a commit changed since another, path by path; no renames are looked for.
package struct PathChanges: Sendable {
  /// A path in git's own bytes: two names that Unicode calls the same are two files.
  typealias Path = [UInt8]

  /// What stands at a path afterwards; nil where nothing does.
  struct Content: Hashable, Sendable {
    let id: ObjectID
    let mode: UInt32
  }

  private let contents: [Path: Content?]
  /// Every folder that one of those paths lies in.
  private let folders: Set<Path>
  /// The same of those that were not there before.
  private let foldersOfAdded: Set<Path>
  /// The folders that are none any more.
  private let removedFolders: Set<Path>
  /// Whether git may take something here for a rename: it pairs what was deleted with what was added.
  private let mayRename: Bool

  /// - Parameter removedFolders: those folders of deleted paths that are none any more.
  init(_ contents: [Path: Content?], added: [Path], removedFolders: Set<Path>) {
    self.contents = contents
    folders = Set(contents.keys.flatMap { PathChanges.folders(of: $0) })
    foldersOfAdded = Set(added.flatMap { PathChanges.folders(of: $0) })
    self.removedFolders = removedFolders
    mayRename = !added.isEmpty && contents.values.contains { $0 == nil }
  }

  /// Whether what stands at one of `paths` is another, or something below it is.
  package func touchAny(of paths: [String]) -> Bool {
    paths.contains { contents.keys.contains(Array($0.utf8)) || folders.contains(Array($0.utf8)) }
  }

  /// The folders that `path` lies in, without the top.
  static func folders(of path: Path) -> [Path] {
    path.indices.filter { path[$0] == UInt8(ascii: "/") }.map { Array(path[..<$0]) }
  }

  /// Whether the paths alone prove that git merges the two commits without a conflict, both sides being changes
  /// since their one merge base. False says nothing: git has to try.
  ///
  /// Git merges each path by itself (`process_entry` in git's merge-ort.c): one that a single side changed takes
  /// that side, one that both changed in the same way takes it, too. What both changed in different ways is left
  /// to git, whose diff is not libgit2's, and so is a file on one side where the other has a folder.
  ///
  /// A rename, beyond that, concerns what the other side did at either of its paths, and, where all of a folder
  /// was moved, what the other side added below that folder (`dirs_removed`). Where there is none of these, it is
  /// a deletion and an addition like any other.
  package func provablyMerges(with other: PathChanges) -> Bool {
    if mayRename, !removedFolders.isDisjoint(with: other.foldersOfAdded) { return false }
    if other.mayRename, !other.removedFolders.isDisjoint(with: foldersOfAdded) { return false }
    let mayRename = mayRename || other.mayRename
    let (few, many) = contents.count < other.contents.count ? (self, other) : (other, self)
    for (path, content) in few.contents {
      if let theirs = many.contents[path], mayRename || theirs != content { return false }
      if many.folders.contains(path) { return false }
    }
    return !many.contents.keys.contains { few.folders.contains($0) }
  }
}

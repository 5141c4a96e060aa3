/// What libgit2 or the git command reported.
package struct GitError: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// No such repository, object, ref or path.
    case notFound
    /// The ref has moved since it was read, or exists where none was expected.
    case modified
    /// Somebody else holds git's lock file.
    case locked
    /// A ref stands where the name needs a folder, or the other way round.
    case nameConflict
    /// This libgit2 cannot work on such a repository.
    case unsupported
    /// The repository belongs to somebody else (safe.directory, git-config(1)).
    case notOwned
    case other
  }

  package let kind: Kind
  /// What was tried and why it failed.
  package let message: String

  /// What to do next, where that can be said.
  package var hint: String? {
    if kind == .locked {
      return "Run it again. If it stays so, 'bpsai-pair doctor' names the lock that was left behind."
    }
    // git(1) itself says no more than "unable to write" of a full disk.
    let signs = ["No space left on device", "Disk quota exceeded", "File too large", "unable to write"]
    guard signs.contains(where: message.contains) else { return nil }
    return "The disk may be full. Nothing was replaced; see that there is space, and run the command again."
  }

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}

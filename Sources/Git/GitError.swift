/// What libgit2 or the git command reported.
package struct GitError: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// No such repository, object, ref or path.
    case notFound
    /// An object is there, and is not what its id says.
    case damaged
    /// The ref has moved since it was read, or exists where none was expected.
    case modified
    /// Another process holds git's lock file.
    case locked
    /// A ref stands where the name needs a folder, or the other way round.
    case nameConflict
    /// This libgit2 cannot work on such a repository.
    case unsupported
    /// The repository belongs to another user (safe.directory, git-config(1)).
    case notOwned
    /// The disk is full, or the user's share of it.
    case noSpace
    case other
  }

  package let kind: Kind
  /// What was tried, on what; where there are no causes, with why it failed.
  package let attempt: String
  /// Why it failed: each is the reason for the one before.
  package let causes: [String]

  /// What was tried and why it failed.
  package var message: String { ([attempt] + causes).joined(separator: ": ") }

  /// What to do next, where that can be said.
  package var hint: String? {
    switch kind {
    case .locked: "Run it again. If it stays so, 'bpsai-pair doctor' names the lock that was left behind."
    case .noSpace:
      "The disk may be full. Nothing was replaced; see that there is space, and run the command again."
    case .damaged: "'git fsck' lists what is damaged or missing in the repository."
    default: nil
    }
  }

  package init(_ kind: Kind, _ attempt: String, because causes: [String] = []) {
    self.kind = kind
    self.attempt = attempt
    self.causes = causes
  }

  /// The same failure as the reason why `attempt` failed.
  package func during(_ attempt: String) -> GitError {
    GitError(kind, attempt, because: [self.attempt] + causes)
  }
}

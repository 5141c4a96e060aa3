import Host
import PairCore

/// The right to write refs of ours, of which git keeps locks beside them: who has it knows that no other process of
/// ours holds one.
enum RefGuard {
  /// Nil for a ref that is not ours alone.
  ///
  /// - Throws: `GitError` of kind `locked` when other processes had it all the time.
  static func take(for name: String, in repository: borrowing Repository) throws -> ShortFileLock? {
    guard owns(name) else { return nil }
    if let lock = try ShortFileLock.take(repository.stateFolder + "/refs", patience: 10_000) { return lock }
    throw GitError(
      .locked, "moving \(name): another process of bpsai-pair writes refs and does not come to an end")
  }

  private static func owns(_ name: String) -> Bool {
    name.hasPrefix("refs/paircoder/") || name.hasPrefix("refs/heads/" + BranchName.prefix)
      || name == Repository.notesRef
  }
}

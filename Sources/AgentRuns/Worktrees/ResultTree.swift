public import Git
import Host
public import PairCore

extension RunWorktree {
  /// Adds everything in the worktree to its index and writes the index as a tree.
  ///
  /// Git does this, since it alone knows the repository's filters (LFS, line endings).
  ///
  /// - Parameter index: another index file to use, so that the worktree's own stays as it is.
  public func writeTree(git: GitCommand, index: String? = nil) async throws -> ObjectID {
    try await git.run(["add", "--all", "--", "."], at: place, index: index)
    let printed = try await git.run(["write-tree"], at: place, index: index)
    guard let tree = ObjectID(String(decoding: printed, as: UTF8.self).trimmed) else {
      throw PairError(.internal, "git write-tree in \(path) printed no object id")
    }
    return tree
  }

  /// Where HEAD of the worktree stands: not at `base` if the agent committed by itself. Nil in a worktree
  /// that git was killed over while it made it: its last file was not there yet, or HEAD still names no
  /// commit (`add_worktree` in git's builtin/worktree.c).
  public func head(git: GitCommand) async throws -> ObjectID? {
    guard Files.kind(of: gitDirectory + "/commondir") != nil else { return nil }
    let printed = try await git.run(
      ["rev-parse", "--verify", "--quiet", "HEAD"], at: .init(gitDirectory: gitDirectory))
    let name = String(decoding: printed, as: UTF8.self).trimmed
    return name.allSatisfy { $0 == "0" } ? nil : ObjectID(name)
  }
}

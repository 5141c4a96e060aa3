import Git
import Host
import PairCore

extension RunWorktree {
  /// Why git cannot work in it any more, by what stands there; nil where it can.
  package func damage() throws -> String? {
    guard FileInfo.kind(at: path) == .folder else { return "its worktree is gone" }
    guard try RunWorktree.hasReadableHead(gitDirectory) else {
      return "what git keeps of its worktree is gone or damaged"
    }
    if privateGit != nil,
      FileInfo.kind(at: privateGitPath) != .folder || FileInfo.kind(at: path + "/.git") == .folder
    {
      return "it replaced the git directory that it was given"
    }
    // Without an index git makes a new one.
    guard let bytes = try indexBytes() else { return nil }
    do {
      _ = try IndexFile(bytes, from: agentGitDirectory + "/index")
      return nil
    } catch  where error.kind == .unsupported {
      return nil  // By our reader, not by git.
    } catch {
      return "the index of its worktree is damaged"
    }
  }

  /// Whether git would take `gitDirectory` for one of a worktree (`is_git_directory` in git's setup.c).
  static func hasReadableHead(_ gitDirectory: String) throws -> Bool {
    guard FileInfo.kind(at: gitDirectory + "/commondir") == .file else { return false }
    guard let bytes = try Files.read(gitDirectory + "/HEAD", limitInBytes: 1 << 16) else { return false }
    let text = String(decoding: bytes, as: UTF8.self).trimmed
    return text.hasPrefix("ref: refs/") || ObjectID(text) != nil
  }
}

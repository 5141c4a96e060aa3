package import Git
import Host
package import PairCore

extension RunWorktree {
  /// Why git cannot work in it any more, by what stands there; nil where it can.
  package func damage() -> String? {
    do {
      return try damageSeen()
    } catch let error as PairError {
      return "what git keeps of its worktree cannot be read: \(error.message)"
    } catch {
      return "what git keeps of its worktree cannot be read"
    }
  }

  private func damageSeen() throws -> String? {
    guard FileInfo.kind(at: path) == .folder else { return "its worktree is gone" }
    guard try RunWorktree.hasReadableHead(gitDirectory) else {
      return "what git keeps of its worktree is gone or damaged"
    }
    if privateGit != nil, FileInfo.kind(at: privateGitPath) == nil {
      return "the git directory that it was given is gone"
    }
    if privateGit != nil,
      FileInfo.kind(at: privateGitPath) != .folder || FileInfo.kind(at: path + "/.git") == .folder
    {
      return "it replaced the git directory that it was given"
    }
    let index = agentGitDirectory + "/index"
    if let kind = FileInfo.kind(at: index), kind != .file { return "the index of its worktree is no file" }
    // Without one git makes a new one.
    guard let bytes = try indexBytes() else { return nil }
    do {
      _ = try IndexFile(bytes, from: index)
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

  /// Beyond this size of one file git would take longer than anybody waits, and more space than there may be.
  static let largestResultFileInBytes = 4 << 30

  /// Why git cannot, or must not, be asked to commit what stands there; nil where it can be asked.
  ///
  /// Git opens `.gitignore` and `.gitattributes` whatever they are, and a pipe makes it wait for ever (measured with
  /// 2.39). What it may not list, or has too long a path, it passes over with a warning. What it ignores is no matter.
  package func refusal(
    of content: WorktreeContent, git: GitCommand, effects: EffectDoor
  ) async throws -> String? {
    for other in content.others where other.isTracked || RunWorktree.isReadByGit(other.path) {
      return "\(other.path.escapedForTerminal()) is a pipe, a socket or a device, and no file"
    }
    let closed = content.unreadable.filter { !$0.isOpenToGit }.map { ($0.path, $0.why) }
    let large = content.entries.filter { $0.info.sizeInBytes > RunWorktree.largestResultFileInBytes }.map {
      ($0.path, "\($0.path) is larger than \(RunWorktree.largestResultFileInBytes >> 30) GiB")
    }
    for (path, why) in closed + large where try await !isIgnored(path, git: git, effects: effects) {
      return why.escapedForTerminal(limit: 500)
    }
    return nil
  }

  private static func isReadByGit(_ path: String) -> Bool {
    let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map { Substring($0) }
    return name == ".gitignore" || name == ".gitattributes"
  }

  /// Whether git ignores what stands at `path`, which it may not be able to look at.
  private func isIgnored(_ path: String, git: GitCommand, effects: EffectDoor) async throws -> Bool {
    // A path that no system call takes lies in a folder that one does.
    let path = path.utf8.count > 1_000 ? String(path.prefix(500).prefix { $0 != "/" }) : path
    if path.isEmpty { return false }
    return try await withGitOfOurs(git, effects: effects) { git, place in
      let listed = try await git.run(
        [
          "--literal-pathspecs", "ls-files", "--cached", "--others", "--exclude-standard", "--directory",
          "-z",
          "--", path,
        ], at: place, index: startIndex)
      return listed.isEmpty
    }
  }
}

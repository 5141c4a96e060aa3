import Git
import Host

/// What git is in the middle of in a worktree, commit by commit: each would call a hook, and the whole counts.
struct InProgressGitOperation {
  /// The ref of the branch that a rebase will move at its end; nil for none.
  let branch: String?
  private let isRebase: Bool
  private let isApplying: Bool
  private let hasMorePatches: Bool
  private let hasMorePicks: Bool

  init(in repository: borrowing Repository) {
    let folder = repository.gitDirectory
    let state = ["rebase-merge", "rebase-apply"].map { folder + "/" + $0 }
    isApplying = FileInfo.kind(at: state[1]) != nil
    isRebase = FileInfo.kind(at: state[0]) != nil || FileInfo.kind(at: state[1] + "/rebasing") != nil
    branch = state.compactMap { InProgressGitOperation.line($0 + "/head-name") }.first {
      $0.hasPrefix("refs/heads/")
    }
    // git-am(1) writes the number of the patch at work and of the last one.
    hasMorePatches =
      isApplying
      && InProgressGitOperation.line(state[1] + "/next") != InProgressGitOperation.line(state[1] + "/last")
    // The list that cherry-pick and revert go through begins with the pick at work.
    hasMorePicks = InProgressGitOperation.lineCount(folder + "/sequencer/todo") > 1
  }

  /// Whether what `hook` tells is only a part of what git is doing, the rest of which a later hook tells.
  func isPartOfMore(_ hook: HookName, _ arguments: [String]) -> Bool {
    switch hook {
    case .postCommit: isRebase || isApplying || hasMorePicks
    case .postApplypatch: isRebase || hasMorePatches
    // An amend within a rebase is a step of it.
    case .postRewrite: isRebase && arguments.first == "amend"
    case .postMerge: isRebase
    case .postReceive: false
    }
  }

  private static func line(_ path: String) -> String? {
    text(path).map { $0.prefix { $0 != "\n" } }.map(String.init)
  }

  private static func lineCount(_ path: String) -> Int {
    text(path)?.split(separator: "\n").count { !$0.hasPrefix("#") } ?? 0
  }

  /// Git's own small files: one that cannot be read counts as missing, and the next hook takes what was missed.
  private static func text(_ path: String) -> String? {
    guard let bytes = (try? Files.read(path, limitInBytes: 1 << 20)) ?? nil else { return nil }  // As said.
    return String(decoding: bytes, as: UTF8.self)
  }
}

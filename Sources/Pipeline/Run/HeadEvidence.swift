import AgentRuns
import Git
import PairCore

/// What HEAD says after an agent's turn: from which commit the files in its worktree came. One that went back to an older
/// commit, or to another branch, left a tree that would revert what lies between that and the base.
struct HeadEvidence: Room {
  let workspace: Workspace
  let worktree: RunWorktree
  let done: AgentGit

  /// Why the agent has to go on: git is in the middle of something, or files are in conflict. Nil where neither is.
  var unfinished: String? {
    if let path = done.conflicts.first {
      let more = done.conflicts.count == 1 ? "" : " and \(done.conflicts.count - 1) more"
      let what = done.unfinished.map { "\($0) that it began" } ?? "its merge"
      return "\(what) has conflicts that are not resolved: \(path.escapedForTerminal())\(more)"
    }
    return done.unfinished.map { "it began \($0) and did not end it" }
  }

  /// The first file to which the markers of a conflict were added, as git writes them; nil for none.
  static func conflictMarkers(in changes: [FileChange]) -> String? {
    changes.first { change in
      // A text on git shows them.
      if [".md", ".rst", ".adoc"].contains(where: change.path.hasSuffix) { return false }
      let lines = change.addedLines.map(\.text)
      return ["<<<<<<< ", ">>>>>>> "].allSatisfy { marker in lines.contains { $0.hasPrefix(marker) } }
        && lines.contains { $0 == "=======" || $0 == "=======\r" }
    }?.path
  }

  enum Ground: Hashable, Sendable {
    /// The files are based on the run's base.
    case base
    /// They are based on an older or another commit; this tree has their changes on the run's base.
    case laidOn(tree: ObjectID, since: ObjectID)
    /// Their changes cannot be told from others, and why.
    case moved(String)
  }

  /// On what `tree` is based, which stands in the worktree.
  func ground(of tree: ObjectID) throws -> Ground {
    let base = worktree.base
    guard let head = done.head, try head.isPresent(in: repository) else {
      return .moved("its HEAD names no commit that can be read")
    }
    if try head == base || repository.isReachable(base, from: head) { return .base }
    // It amended the base's own commit, so its files hold what that commit did.
    if done.isAmended, try repository.commit(head).parents == repository.commit(base).parents { return .base }
    let bases = try repository.mergeBases(of: base, and: head)
    guard let ancestor = bases.first, bases.count == 1 else {
      let what = bases.isEmpty ? "no history" : "more than one merge base"
      return .moved("its HEAD is at \(head.short), which has \(what) in common with the base \(base.short)")
    }
    let laid = try TreeMerge.merged(
      ancestor: repository.tree(of: ancestor), ours: repository.tree(of: base), theirs: tree, in: repository)
    guard let laid else {
      return .moved(
        "its HEAD is at \(head.short), and what it changed since \(ancestor.short) conflicts with the base \(base.short)"
      )
    }
    return .laidOn(tree: laid, since: ancestor)
  }
}

extension AgentGit {
  /// What a person should know of it, one sentence each.
  var remarks: [String] {
    let commits = foreignCount.counted("commit")
    let merged = "it merged \(commits) that it did not make: what they changed is in its result"
    return (foreignCount > 0 ? [merged] : [])
      + changedSubmodules.map {
        "what it changed in the submodule \($0.escapedForTerminal()) and did not commit there is in its snapshot only"
      }
  }
}

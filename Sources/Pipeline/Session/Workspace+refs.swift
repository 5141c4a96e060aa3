import Git
import Ledger
package import PairCore
import TaskFiles

// What people name, and where it lies.
extension Workspace {
  /// The id that a person means by `text`; throws `invalidInput` when it is none. Ids are the same in any
  /// case, refs are not, so the spelling of a log counts.
  package func taskID(_ text: String) throws -> TaskID {
    let id = try TaskID(text)
    // The common case, without a look at thousands of logs.
    if try repository.ref(TaskLog(id).ref) != nil { return id }
    return try Ledger.tasks(in: repository).first { $0.folded == id.folded } ?? id
  }

  /// The id of a task that has a log or a file; throws `usage` when it has neither.
  package func requireTask(_ text: String) throws -> TaskID {
    let id = try taskID(text)
    return try repository.ref(TaskLog(id).ref) == nil ? settings().library.task(id).id : id
  }

  /// What results are merged into: `revision`, else HEAD, by the name that a person knows it by.
  func side(_ revision: String?) throws -> ConflictForecast.Side {
    let commit = try requireBase(revision)
    if let revision { return .init(task: nil, name: revision, commit: commit) }
    if case .branch(let branch, _) = try repository.head() {
      return .init(task: nil, name: branch.text, commit: commit)
    }
    return .init(task: nil, name: "HEAD", commit: commit)
  }

  /// Where git merges, and into which `objects`: the checkout's attributes hold, as for `git merge`. Throws
  /// `notApproved` while an agent's settings stand there, which could name a merge driver.
  func mergePlace(objects: String? = nil) throws -> GitCommand.Place {
    try Plants(self).requireNone()
    guard let top = repository.workingDirectory else {
      return .init(gitDirectory: repository.commonDirectory, objects: objects)
    }
    return .init(gitDirectory: repository.gitDirectory, worktree: top, objects: objects)
  }

  /// Throws `unsupported` when a worktree stands on `branch`: its index would lose the commit under it.
  func requireNotCheckedOut(_ branch: BranchName) throws {
    guard try repository.isCheckedOut(branch) else { return }
    throw PairError(
      .unsupported, "a worktree stands on \(branch)",
      hint: "Switch it to another branch first ('git worktree list' shows where).")
  }

  /// Throws `unsupported` when another ref is in the way of `ref`: one whose name `ref` continues, or the
  /// reverse (git-update-ref(1): a ref is a file).
  func requireRoom(for ref: String) throws {
    if try repository.ref(ref) != nil { return }
    let parts = ref.split(separator: "/")
    let above = (2..<parts.count).map { parts[..<$0].joined(separator: "/") }
    var other = try above.first { try repository.ref($0) != nil }
    if other == nil { other = try repository.refs(under: ref + "/").keys.min() }
    guard let other else { return }
    if other.hasPrefix("refs/heads/") {
      let (branch, own) = (BranchName(ref: other), BranchName(ref: ref))
      throw PairError(
        .unsupported, "the branch \(branch) stands in the way of \(own)",
        hint: "git branch -m \(branch) another-name")
    }
    throw PairError(
      .unsupported, "the ref \(other) stands in the way of \(ref)",
      hint:
        "Keep what it holds as a branch, then delete it: git branch another-name \(other) && git update-ref -d \(other)"
    )
  }
}

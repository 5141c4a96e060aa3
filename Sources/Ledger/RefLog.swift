package import Git
import Host
import PairCore

/// An append-only log: the first-parent history of a ref of ours.
package struct RefLog: Sendable {
  let ref: String
  /// What it is, for people, such as `the log of T-1`.
  let name: String
  /// Whether a commit with such a message is one of its entries.
  let owns: @Sendable (String) -> Bool

  /// Whether a commit is one of its entries, or what it begins with.
  func holds(_ commit: CommitRecord) -> Bool {
    owns(commit.message) || commit.parent == nil && commit.message.hasSuffix(RefLog.beginning)
  }

  private static let beginning = " begins\n"

  /// One commit, which is nil where it is missing or damaged.
  struct Step {
    let id: ObjectID
    let commit: CommitRecord?
  }

  /// The commits from `head` down to `known` without it, newest first; all of them where `known` is not among
  /// them. One that is lost is the last, since nothing tells its parent.
  func steps(
    from head: ObjectID?, downTo known: ObjectID? = nil, in repository: borrowing Repository
  ) throws(GitError) -> [Step] {
    var steps: [Step] = []
    var next = head
    while let id = next, id != known {
      let commit = try repository.unlessLost(id, .commit) { () throws(GitError) in
        try repository.record(of: id)
      }
      steps.append(Step(id: id, commit: commit))
      next = commit?.parent
    }
    return steps
  }

  struct Draft {
    let tree: ObjectID
    let message: String
    /// Parents besides the log's own.
    var others: [ObjectID] = []
    /// For the reflog.
    let because: String
  }

  /// Appends what `draft` makes of the head, by compare-and-swap: when another process appended first, `draft` is
  /// asked again about the new head. Where an object of the log is lost, the log is mended, and that is told.
  ///
  /// - Parameter draft: nil appends nothing.
  /// - Returns: the commit; nil when nothing was appended.
  func append(
    to repository: borrowing Repository, by signature: Signature,
    _ draft: (_ head: ObjectID?) throws -> Draft?
  ) throws -> ObjectID? {
    var patience = 10
    for _ in 0..<1_000 {
      let head = try repository.ref(ref)
      do {
        // What `git gc` takes away of the head after the process that wrote it has looked is seen here at the latest.
        if let head, try !ObjectFiles.hasAll(of: head, in: repository) {
          throw GitError(.damaged, "reading the head of \(name)")
        }
        guard let draft = try draft(head) else { return nil }
        var parents = head.map { [$0] } ?? []
        if head == nil, !draft.others.isEmpty { parents = [try start(in: repository, by: signature)] }
        let commit = try repository.writeCommit(
          tree: draft.tree, parents: parents + draft.others, author: signature, committer: signature,
          message: repository.redaction.redacted(draft.message))
        try repository.swapRef(ref, from: head, to: commit, because: draft.because)
        return commit
      } catch let error as GitError where error.kind == .modified {
        continue  // Another process was first.
      } catch let error as GitError where error.kind == .notFound || error.kind == .damaged {
        let done = try mend(in: repository, by: signature)
        for sentence in done { repository.tell(sentence) }
        patience -= 1
        if done.isEmpty, patience == 0 { throw error }
      }
    }
    throw GitError(.locked, "appending to \(name): other processes kept moving \(ref)")
  }

  /// Writes what a log begins with whose entries have other parents: else the first of those would be the log's.
  func start(in repository: borrowing Repository, by signature: Signature) throws -> ObjectID {
    try repository.writeCommit(
      tree: repository.writeTree(on: nil, putting: []), parents: [], author: signature, committer: signature,
      message: name + RefLog.beginning)
  }

  /// Gives the log the longest history that is whole, with what can still be read put on top of it; nothing
  /// changes where an object cannot be read now. The caller holds the lock or lease of those that have one.
  ///
  /// - Returns: what was done, one sentence each; empty when all was well.
  package func mend(in repository: borrowing Repository, by signature: Signature) throws -> [String] {
    var best: LogMending?
    for round in 0..<100 {
      guard let head = try repository.ref(ref) else { return [] }
      do {
        let fresh = try Repository(afresh: repository)
        let mending = try LogMending(of: self, at: head, in: fresh)
        if !mending.isNeeded { return [] }
        // Beside `git gc` a search may overlook what is moved into a pack at that moment.
        if mending.saves(moreThan: best) { best = mending }
        if round < 8, mending.mayPass(in: fresh) {
          pauseMilliseconds(30)
          continue
        }
        return try best.map { [try $0.perform(in: fresh, by: signature)] } ?? []
      } catch let error as GitError where [.modified, .notFound, .damaged].contains(error.kind) {
        // Another process mended it, or appended to it, or took away what it was to be mended with.
        best = nil
      }
    }
    throw GitError(.locked, "mending \(name): other processes kept moving \(ref)")
  }
}

package import Git
package import PairCore

/// A task's append-only log: the first-parent history of `refs/paircoder/tasks/<ID>`.
///
/// An event is a commit. Its message is a sentence for people and trailers for programs; its tree holds
/// the files of this event and of those before it (`decision.json`, `assignment.json`, `outcome.json`,
/// `handoff.md`, `task.md`), so the head alone answers most questions.
package struct TaskLog: Sendable {
  package static let refPrefix = "refs/paircoder/tasks/"

  package let task: TaskID

  package init(_ task: TaskID) { self.task = task }

  package var ref: String { TaskLog.refPrefix + task.text }

  /// One commit of the log.
  package struct Entry: Hashable, Sendable {
    package let id: ObjectID
    /// Nil when the commit is torn, foreign, or of a later version: it is reported, never guessed at.
    package let event: TaskEvent?
    package let at: Timestamp?
  }

  /// The log's commits, oldest first; empty without a log. A commit that cannot be read ends the log
  /// there, as an entry without event.
  package func entries(in repository: borrowing Repository) throws(GitError) -> [Entry] {
    try repository.ref(ref).map { entries(from: $0, in: repository) } ?? []
  }

  /// The same, up to `head`, which the ref points at.
  func entries(from head: ObjectID, in repository: borrowing Repository) -> [Entry] {
    var entries: [Entry] = []
    var next: ObjectID? = head
    while let id = next {
      // Missing or damaged: `mend` tells what is to be done, and nothing else has to wait for it.
      let record = try? repository.record(of: id)
      entries.append(
        Entry(id: id, event: record.flatMap { TaskEvent(message: $0.message) }, at: record?.time))
      next = record?.parent
    }
    return entries.reversed()
  }

  package func state(at head: ObjectID, in repository: borrowing Repository) -> TaskState {
    TaskState(task: task, entries: entries(from: head, in: repository).map { ($0.id, $0.event) })
  }

  /// Where the task stands.
  package func state(in repository: borrowing Repository) throws(GitError) -> TaskState {
    TaskState(task: task, entries: try entries(in: repository).map { ($0.id, $0.event) })
  }

  /// A file that the log's head holds, such as `handoff.md`; nil when it holds none.
  package func file(_ name: String, in repository: borrowing Repository) throws(GitError) -> [UInt8]? {
    guard let head = try repository.ref(ref) else { return nil }
    return try file(name, at: head, in: repository)
  }

  /// The same, as it was at one of the log's commits.
  package func file(
    _ name: String, at commit: ObjectID, in repository: borrowing Repository
  ) throws(GitError) -> [UInt8]? {
    guard let entry = try repository.entry(at: name, in: repository.tree(of: commit)) else { return nil }
    return try repository.blob(entry.id)
  }

  /// Appends the event that `decide` makes of the current state; nil appends nothing.
  ///
  /// The ref is moved by compare-and-swap: when another process appended first, `decide` is asked again
  /// about the new state.
  ///
  /// - Parameters:
  ///   - files: put into the event's tree, beside those of earlier events.
  ///   - random: makes each attempt's nonce.
  /// - Returns: the event's commit, nil when nothing was appended.
  @discardableResult
  package func append(
    to repository: borrowing Repository, by signature: Signature, files: [String: [UInt8]] = [:],
    random: () -> UInt64 = { UInt64.random(in: 1 ... .max) },
    _ decide: (TaskState) throws -> TaskEvent?
  ) throws -> ObjectID? {
    for _ in 0..<200 {
      let head = try repository.ref(ref)
      guard let event = try decide(state(in: repository)) else { return nil }
      try repository.effects.pass(.logAppend, "\(task) \(event.kind.rawValue)")
      let blobs = try files.sorted { $0.key < $1.key }.map { name, bytes in
        Repository.TreeEntry(path: name, id: try repository.writeBlob(bytes), mode: .file)
      }
      let tree = try repository.writeTree(on: head.map { try repository.tree(of: $0) }, putting: blobs)
      let commit = try repository.writeCommit(
        tree: tree, parents: head.map { [$0] } ?? [], author: signature, committer: signature,
        message: event.message(nonce: random()))
      do {
        try repository.swapRef(ref, from: head, to: commit, because: event.kind.rawValue)
        return commit
      } catch let error as GitError where error.kind == .modified || error.kind == .notFound {
        continue  // Somebody appended first: decide again on what they wrote.
      }
    }
    throw GitError(.locked, "appending to the log of \(task): other processes kept moving it")
  }
}

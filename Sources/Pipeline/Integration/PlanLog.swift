import Git
import Host
import PairCore

/// A plan's append-only log, the first-parent history of `refs/paircoder/plans/<ID>`: what its branch came to hold.
///
/// The second parent of an entry is the commit that it tells of, so that every state the branch ever had is reachable.
struct PlanLog: Sendable {
  static let refPrefix = "refs/paircoder/plans/"

  let plan: PlanID

  init(_ plan: PlanID) { self.plan = plan }

  var ref: String { PlanLog.refPrefix + plan.text }

  /// What the log tells, oldest first; what is no event of this version is left out.
  func events(in repository: borrowing Repository) throws -> [PlanEvent] {
    var events: [PlanEvent] = []
    var next = try repository.ref(ref)
    while let id = next {
      let record = try repository.record(of: id)
      if let event = PlanEvent(message: record.message, plan: plan) { events.append(event) }
      next = record.parent
    }
    return events.reversed()
  }

  /// - Throws: `GitError` of kind `modified` when another process appended at the same time.
  func append(_ event: PlanEvent, to repository: borrowing Repository, by user: Signature) throws {
    let head = try repository.ref(ref)
    try repository.effects.pass(.logAppend, "\(plan) \(event.kind.rawValue)")
    // Without a parent of the log's own its first parent would be what it tells of.
    let start = try head ?? write("\(plan): the log of a plan begins\n", [], in: repository, by: user)
    let commit = try write(event.message, [start, event.commit], in: repository, by: user)
    try repository.swapRef(ref, from: head, to: commit, because: event.kind.rawValue)
  }

  private func write(
    _ message: String, _ parents: [ObjectID], in repository: borrowing Repository, by user: Signature
  ) throws -> ObjectID {
    try repository.writeCommit(
      tree: repository.writeTree(on: nil, putting: []), parents: parents, author: user, committer: user,
      message: message)
  }

  /// No task's lease has such a name.
  func lockPath(in repository: borrowing Repository) -> String {
    "\(repository.stateFolder)/leases/_plan-\(plan)"
  }

  /// Has `work` done while this process alone integrates the plan on this machine.
  ///
  /// - Throws: `PairError` of kind `tryLater` while another process does; what `work` throws.
  func whileLocked<Value>(
    in repository: borrowing Repository, holder: String, _ work: () async throws -> Value
  ) async throws -> Value {
    let folder = repository.stateFolder + "/leases"
    try Files.makeFolder(folder, effects: repository.effects)
    let path = lockPath(in: repository)
    guard let lock = try FileLock.tryLock(path, holder: holder, effects: repository.effects) else {
      // That the plan is taken counts, and is said even where the name of the process cannot be read.
      let other = (try? FileLock.holder(of: path)) ?? nil
      let who = other.map { " by \($0.escapedForTerminal())" } ?? ""
      throw PairError(
        .tryLater, "\(plan) is being integrated\(who)", hint: "Wait for it, then run this again.")
    }
    let value = try await work()
    _ = consume lock
    return value
  }
}

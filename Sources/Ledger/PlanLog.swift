package import Git
import Host
package import PairCore

/// A plan's append-only log, the first-parent history of `refs/paircoder/plans/<ID>`: what its branch came to
/// hold. The second parent of an entry is the commit that it tells of, so that every state stays reachable.
package struct PlanLog: Sendable {
  package static let refPrefix = "refs/paircoder/plans/"

  package let plan: PlanID

  package init(_ plan: PlanID) { self.plan = plan }

  package var ref: String { PlanLog.refPrefix + plan.text }

  package var commits: RefLog {
    RefLog(
      ref: ref, name: "\(plan): the log of a plan",
      owns: { [plan] in PlanEvent(message: $0, plan: plan) != nil })
  }

  /// What the log tells, oldest first, without what is no event of this version, or comes before a commit
  /// that is lost.
  package func events(in repository: borrowing Repository) throws(GitError) -> [PlanEvent] {
    guard let head = try repository.ref(ref) else { return [] }
    repository.reads.count("log walk \(plan)")
    return try commits.steps(from: head, in: repository).reversed().compactMap { step in
      step.commit.flatMap { PlanEvent(message: $0.message, plan: plan) }
    }
  }

  /// Appends an event. The caller holds the plan's lock.
  package func append(_ event: PlanEvent, to repository: borrowing Repository, by user: Signature) throws {
    _ = try commits.append(to: repository, by: user) { _ in
      try repository.effects.pass(.logAppend, "\(plan) \(event.kind.rawValue)")
      return RefLog.Draft(
        tree: try repository.writeTree(on: nil, putting: []), message: event.message,
        others: [event.commit], because: event.kind.rawValue)
    }
  }

  /// No task's lease has such a name.
  package func lockPath(in repository: borrowing Repository) -> String {
    "\(repository.stateFolder)/leases/_plan-\(plan)"
  }

  /// Has `work` done while this process alone integrates the plan; `tryLater` while another process does.
  package func whileLocked<Value>(
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

import AgentRuns
import Host
import Ledger
import PairCore

/// Processes that outlived their run.
final class DeadProcesses: StatelessRoom {
  /// Ends the processes of a dead run or agent. Their supervisor has done so, unless it was killed, too.
  func end(of run: RunID) async throws {
    try process.effects.pass(.processKill, run.text)
    let folder = RunFolders(workspace).folder(of: run)
    // Where the pool cannot be read, all but what only works there is found.
    let worktrees = (try? RunStorage(workspace).worktrees(of: run)) ?? []
    let traces = ProcessTraces(of: run.text, in: [folder] + worktrees, since: run.start)
    let count = try await onOwnThread { [environment = process.environment, effects = process.effects] in
      let count = traces.killAll()
      try AgentRun.redactOutput(below: folder, environment: environment, effects: effects)
      return count
    }
    if count > 0 { say("note: ended \(count) left-over processes of run \(run)") }
  }
}

/// Reservations of runs whose process is gone.
final class DeadReservations: StatelessRoom {
  private var account: SpendingAccount { SpendingAccount(workspace) }

  /// Settles them by what the agents said. The caller holds the lease of `task`, so that its runs are dead.
  func settle(holding task: TaskID) async throws {
    for reservation in try account.budget().reservations {
      // A run reserves only while it holds its task's lease.
      guard try reservation.task.folded == task.folded || !Lease.isHeld(reservation.task, in: repository)
      else {
        continue
      }
      // Of a review nothing but its reservation tells that there was one.
      try await DeadProcesses(workspace).end(of: reservation.run)
      let settlement = try settlement(of: reservation)
      let cost = settlement?.cost ?? .zero
      try account.change { budget in
        budget.end(reservation, with: settlement)
          ? "\(reservation.task): \(cost.text) settled for \(reservation.agent), whose run never ended" : nil
      }
    }
  }

  /// What a dead run, or review, spent since it reserved; nil when its agent was not started.
  private func settlement(of reservation: Reservation) throws -> Settlement? {
    let (run, agent) = (reservation.run, reservation.agent)
    let record = try TaskRecord(of: reservation.task, in: workspace)
    let last = record.events.last { $0.details.run == run }
    // A review's run is not in the log: that its agent was started, its folder tells.
    let folders = RunFolders(workspace)
    let wasStarted =
      try last.map { $0.kind == .started && $0.details.agent == agent }
      ?? (folders.last(of: run, agent) != nil)
    guard wasStarted else { return nil }
    let profiles = try workspace.settings().capabilities.profiles
    let adapter = AgentRegistry.adapter(for: agent, among: profiles)
    let assignment = try record.assignment(of: run)
    let report = try adapter.flatMap { try folders.report(ofDead: run, $0, assignment) }
    let told = report.flatMap { adapter?.tellsUsage == true || $0.usage != Usage() ? $0 : nil }
    let cost = try told.map {
      try Spending(of: workspace).cost(
        of: $0, by: agent, profiles, fallbackModel: nil, estimateInUSD: reservation.amount.amount)
    }
    return Settlement(
      at: process.now(), run: run, task: reservation.task, agent: agent, model: told?.model,
      usage: told?.usage ?? Usage(), cost: cost.map { Dollars($0.inUSD) } ?? reservation.amount,
      basis: cost?.basis ?? .estimated)
  }
}

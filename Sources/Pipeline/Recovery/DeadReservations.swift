import AgentRuns
import Git
import Host
import Ledger
import PairCore

/// Processes that outlived their run.
struct DeadProcesses: Room {
  let workspace: Workspace

  init(_ workspace: Workspace) { self.workspace = workspace }

  /// Ends the processes of a dead run, or of an agent of it that is dead. Their supervisor has done so, unless it was
  /// killed, too.
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
struct DeadReservations: Room {
  let workspace: Workspace

  init(_ workspace: Workspace) { self.workspace = workspace }

  private var account: SpendingAccount { SpendingAccount(workspace) }

  /// Ends them: what those runs spent, by what their agents said, is settled.
  ///
  /// - Parameter task: a task whose lease the caller holds, so that runs of it are dead.
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
    guard let report, adapter?.tellsUsage == true || report.usage != Usage() else {
      return settlement(of: reservation, AgentReport(), reservation.amount, .estimated)
    }
    let cost = try Spending(of: workspace).cost(
      of: report, by: agent, profiles, fallbackModel: nil, estimateInUSD: reservation.amount.amount)
    return settlement(of: reservation, report, Dollars(cost.inUSD), cost.basis)
  }

  private func settlement(
    of reservation: Reservation, _ report: AgentReport, _ cost: Dollars, _ basis: Settlement.Basis
  ) -> Settlement {
    Settlement(
      at: process.now(), run: reservation.run, task: reservation.task, agent: reservation.agent,
      model: report.model, usage: report.usage, cost: cost, basis: basis)
  }
}

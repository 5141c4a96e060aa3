import AgentRuns
import Git
import Ledger
import PairCore

extension Orchestrator {
  /// Ends the reservations of runs whose process is gone: what they spent, by what their agents said, is settled.
  ///
  /// - Parameter task: a task whose lease the caller holds, so that runs of it are dead; nil for none.
  func settleDeadRuns(holding task: TaskID, by user: Signature) throws {
    let now = process.now()
    for reservation in try BudgetLog().read(from: repository, at: now).budget.reservations {
      // A run reserves only while it holds its task's lease.
      guard try reservation.task.folded == task.folded || !Lease.isHeld(reservation.task, in: repository)
      else { continue }
      // Of a review nothing but its reservation tells that there was one.
      try endWhatOutlived(reservation.run, of: reservation.task)
      let settlement = try settlement(of: reservation, at: now)
      let cost = settlement?.cost ?? .zero
      try change(budgetBy: user, at: now) { budget in
        budget.end(reservation, with: settlement)
          ? "\(reservation.task): \(cost.text) settled for \(reservation.agent), whose run never ended" : nil
      }
    }
  }

  /// What a dead run, or review, spent since it reserved; nil when its agent was not started.
  private func settlement(of reservation: Reservation, at now: Timestamp) throws -> Settlement? {
    let events = try TaskLog(reservation.task).entries(in: repository).compactMap(\.event)
      .filter { $0.details.run == reservation.run }
    // A review's run is not in the log: that its agent was started, its folder tells.
    let folder = try lastFolder(of: reservation.run, reservation.agent)
    let wasStarted =
      events.last.map { $0.kind == .started && $0.details.agent == reservation.agent } ?? (folder != nil)
    guard wasStarted else { return nil }
    let capabilities = try workspace.capabilities(at: nil)
    let adapter = AgentRegistry.adapter(for: reservation.agent, among: capabilities.profiles)
    let assignment = try TaskLog(reservation.task).file("assignment.json", in: repository).map {
      try Record.read(Assignment.self, from: $0)
    }
    // Of a session only this run's part is its own.
    let session =
      assignment?.run == reservation.run && assignment?.agent == reservation.agent ? assignment?.session : nil
    let report = adapter.flatMap { adapter in
      folder.flatMap { folder in
        // Where it cannot be read, the estimate has to do: the task may be somebody else's.
        (try? AgentRun.report(
          ofDead: adapter, resuming: session, in: folder, environment: process.environment)) ?? nil
      }
    }
    func settlement(_ report: AgentReport, _ cost: Dollars, _ basis: Settlement.Basis) -> Settlement {
      Settlement(
        at: now, run: reservation.run, task: reservation.task, agent: reservation.agent, model: report.model,
        usage: report.usage, cost: cost, basis: basis)
    }
    guard let report, adapter?.tellsUsage == true || report.usage != Usage() else {
      return settlement(AgentReport(), reservation.amount, .estimated)
    }
    let cost = try Spending(of: workspace).cost(
      of: report, by: reservation.agent, capabilities.profiles, fallbackModel: nil,
      estimateInUSD: reservation.amount.amount)
    return settlement(report, Dollars(cost.inUSD), cost.basis)
  }

  /// What `run` spent that its task's log does not say yet, in US dollars; nil for nothing.
  func unloggedCost(of run: RunID, log: TaskLog) throws -> Double? {
    let logged = try log.entries(in: repository).compactMap(\.event).filter { $0.details.run == run }
      .reduce(Dollars.zero) { $0 + Dollars($1.details.costInUSD ?? 0) }
    let rest = try spent(by: run) - logged
    return rest == .zero ? nil : rest.amount
  }

  /// What `run` has settled in this month.
  func spent(by run: RunID) throws -> Dollars {
    try BudgetLog().read(from: repository, at: process.now()).budget.settlements
      .reduce(.zero) { $1.run == run ? $0 + $1.cost : $0 }
  }
}

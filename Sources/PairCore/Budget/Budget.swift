/// What is reserved and settled: the state of the budget's ref, as far as limits ask for it.
/// No run starts, and none goes on, unless settled + reserved ≤ limit for the day and the month.
package struct Budget: Hashable, Sendable {
  /// Of runs that have not settled yet; one a run.
  package private(set) var reservations: [Reservation]
  /// Those of the present month, oldest first.
  package private(set) var settlements: [Settlement]
  /// The names of the windows in which somebody was told that the limit is near.
  package private(set) var alerted: Set<String>

  package init(reservations: [Reservation] = [], settlements: [Settlement] = [], alerted: Set<String> = []) {
    self.reservations = reservations
    self.settlements = settlements
    self.alerted = alerted
  }

  /// - Parameter run: a run whose reservation is left out; nil for none.
  package func status(
    _ kind: BudgetWindow.Kind, under limits: BudgetLimits, at now: Timestamp, without run: RunID? = nil
  ) -> BudgetStatus {
    let window = BudgetWindow(kind, at: now)
    return BudgetStatus(
      window: window, limit: limits.limit(of: kind),
      settled: settlements.reduce(.zero) { window.contains($1.at) ? $0 + $1.cost : $0 },
      reserved: reservations.reduce(.zero) { $1.run == run ? $0 : $0 + $1.amount }, alert: limits.alert)
  }

  package func statuses(
    under limits: BudgetLimits, at now: Timestamp, without run: RunID? = nil
  ) -> [BudgetStatus] {
    BudgetWindow.Kind.allCases.map { status($0, under: limits, at: now, without: run) }
  }

  /// What `run` may cost at most: what is left of every limit without its own reservation; nil without limits.
  package func allowance(for run: RunID, under limits: BudgetLimits, at now: Timestamp) -> Dollars? {
    statuses(under: limits, at: now, without: run).compactMap(\.left).min()
  }

  /// Sets `reservation` aside, in place of one that its run has already. What costs nothing always fits.
  /// - Returns: the limits that it comes near to, of those that nobody was told of in their window.
  /// - Throws: `PairError` of kind `tryLater` when it does not fit now, `failed` when it never will.
  package mutating func reserve(
    _ reservation: Reservation, under limits: BudgetLimits, at now: Timestamp
  ) throws(PairError) -> [BudgetStatus] {
    for status in statuses(under: limits, at: now, without: reservation.run) {
      guard let limit = status.limit, reservation.amount > .zero, status.used + reservation.amount > limit
      else { continue }
      throw Budget.refusal(of: reservation, by: status)
    }
    reservations.removeAll { $0.run == reservation.run }
    reservations.append(reservation)
    let near = statuses(under: limits, at: now).filter { $0.isNear && !alerted.contains($0.window.name) }
    // Of windows that are over nobody asks again.
    alerted.formIntersection(BudgetWindow.Kind.allCases.map { BudgetWindow($0, at: now).name })
    alerted.formUnion(near.map(\.window.name))
    return near
  }

  /// Sets more aside for a run that goes on: `amount`, or as much of it as the limits leave.
  /// - Returns: what it has now, which may be no more than before; nil when it has no reservation.
  package mutating func raise(
    _ run: RunID, to amount: Dollars, under limits: BudgetLimits, at now: Timestamp
  ) -> Dollars? {
    guard let index = reservations.firstIndex(where: { $0.run == run }) else { return nil }
    let possible = min(amount, allowance(for: run, under: limits, at: now) ?? amount)
    reservations[index].amount = max(reservations[index].amount, possible)
    return reservations[index].amount
  }

  /// Puts what a turn cost in the place of what its run had set aside.
  package mutating func settle(_ settlement: Settlement) {
    reservations.removeAll { $0.run == settlement.run }
    settlements.append(settlement)
  }

  /// Ends the reservation of a dead run, with what the run cost; nil for nothing.
  /// - Returns: whether `reservation` was still there: somebody else may have ended it first.
  package mutating func end(_ reservation: Reservation, with settlement: Settlement?) -> Bool {
    guard let index = reservations.firstIndex(of: reservation) else { return false }
    reservations.remove(at: index)
    if let settlement { settlements.append(settlement) }
    return true
  }

  private static func refusal(of reservation: Reservation, by status: BudgetStatus) -> PairError {
    let left = status.left ?? .zero
    let amount = reservation.amount.text(besides: left)
    let what = "\(reservation.agent) is expected to cost \(amount) for \(reservation.task)"
    guard let limit = status.limit, reservation.amount <= limit else {
      return PairError(
        .failed, "\(what), which is over \(status.name) by itself",
        hint: "Raise it under 'budget' in .paircoder/config.yaml, or choose a cheaper agent with --agent.")
    }
    let reserved = status.reserved == .zero ? "" : " and \(status.reserved.text) reserved"
    return PairError(
      .tryLater,
      "\(what), and \(status.name) leaves \(left.text(besides: reservation.amount)) (\(status.settled.text) spent\(reserved))",
      hint:
        "The next \(status.window.kind.rawValue) starts at \(status.endsAt). 'bpsai-pair cost --by task' shows what was spent; the limit is 'budget' in .paircoder/config.yaml."
    )
  }
}

/// How much of what the runs of one task may cost is used.
package struct TaskBudgetStatus: Hashable, Sendable {
  package let limit: Dollars
  package let spent: Dollars

  /// - Parameter text: blob id of the text of the task that is to run: what another text cost does not count.
  package init(limit: Dollars, state: TaskState, text: ObjectID?) {
    self.limit = limit
    spent = state.spent.text == text ? Dollars(state.spent.costInUSD) : .zero
  }

  package var left: Dollars { limit - spent }

  /// `the limit of $2.00 for a task`
  package var name: String { "the limit of \(limit.text) for a task" }

  /// - Throws: `PairError` of kind `failed` when `reservation` is above what is left, and not nothing.
  package func requireRoom(for reservation: Reservation) throws(PairError) {
    guard reservation.amount > .zero, reservation.amount > left else { return }
    let what = "\(reservation.agent) is expected to cost \(reservation.amount.text) for \(reservation.task)"
    guard reservation.amount <= limit else {
      throw PairError(
        .failed, "\(what), which is over \(name) by itself",
        hint: "Raise 'task' under 'budget' in .paircoder/config.yaml, or choose a cheaper agent with --agent."
      )
    }
    throw PairError(
      .failed, "\(what), and \(name) leaves \(left.text) (\(spent.text) spent on this text)",
      hint:
        "Change the task, raise 'task' under 'budget' in .paircoder/config.yaml, or say that it shall be tried again: bpsai-pair retry \(reservation.task)"
    )
  }
}

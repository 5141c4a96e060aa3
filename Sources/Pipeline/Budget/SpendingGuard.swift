import PairCore
import Synchronization

/// Keeps an agent within its cap and the limits. What it needs beyond its reservation is reserved, so that
/// runs beside it know.
final class SpendingGuard: Sendable {
  /// What one may have, and which limit leaves no more; nil where there is none.
  typealias Grant = (amount: Dollars, limit: BudgetStatus?)

  /// Nil without any.
  private let cap: AgentAttempt.Cap?
  private let hasLimits: Bool
  private let price: @Sendable (Usage, String?) -> Double
  private let raise: @Sendable (Dollars) throws -> Grant
  private let state: Mutex<(grant: Grant, isRaising: Bool)>

  /// - Parameters:
  ///   - price: what tokens of a model cost, in US dollars.
  ///   - raise: reserves as much as it is asked for, or as the limits leave.
  init(
    cap: AgentAttempt.Cap?, reserved: Dollars, hasLimits: Bool,
    price: @escaping @Sendable (Usage, String?) -> Double,
    raise: @escaping @Sendable (Dollars) throws -> Grant
  ) {
    self.cap = cap
    self.hasLimits = hasLimits
    self.price = price
    self.raise = raise
    state = Mutex(((reserved, nil), false))
  }

  /// Why an agent that has used `usage` must be stopped; nil while it need not. It waits for what `raise`
  /// waits for, never for another call: while one reserves more, the cap holds.
  func overrun(_ usage: Usage, _ model: String?) -> String? {
    let cost = Dollars(price(usage, model))
    if let cap, cost > cap.amount {
      return "it has cost \(cost.text) so far, and \(cap.name) leaves it \(cap.amount.text)"
    }
    guard hasLimits else { return nil }
    let mustRaise = state.withLock { state in
      if cost <= state.grant.amount || state.isRaising { return false }
      state.isRaising = true
      return true
    }
    guard mustRaise else { return nil }
    // Half as much again, so that not every message asks.
    let raised = Result { try raise(Dollars(cost.amount * 1.5)) }
    state.withLock { state in
      state.isRaising = false
      if case .success(let grant) = raised { state.grant = grant }
    }
    switch raised {
    case .success(let grant) where cost <= grant.amount: return nil
    case .success(let grant):
      let limit = grant.limit?.name ?? "what it reserved"
      return "it has cost \(cost.text) so far, and \(limit) leaves it \(grant.amount.text)"
    case .failure(let error):
      return "it has cost \(cost.text) so far, and no more could be reserved: \(error.words)"
    }
  }
}

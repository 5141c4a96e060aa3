import PairCore
import Synchronization

/// Asks, while an agent works, whether what it used costs too much.
final class UsageWatch: Sendable {
  private struct State {
    var asked = Usage()
    var lookedAt: ContinuousClock.Instant?
  }

  /// How often files of the agent's are read that tell what its output does not.
  private static let pause = Duration.seconds(2)

  private let adapter: any AgentAdapter
  private let session: AgentSession?
  private let environment: [String: String]
  private let why: @Sendable (Usage, String?) -> String?
  private let state = Mutex(State())

  /// - Parameter why: why the agent must be stopped, by what it used and its model; nil while it may go on.
  init(
    _ adapter: any AgentAdapter, _ session: AgentSession?, _ environment: [String: String],
    _ why: @escaping @Sendable (Usage, String?) -> String?
  ) {
    self.adapter = adapter
    self.session = session
    self.environment = environment
    self.why = why
  }

  /// Why the agent must be stopped; nil while it may go on. Asks only when more was used.
  func overrun(_ report: AgentReport) -> String? {
    guard let (usage, model) = used(report) else { return nil }
    let isNews = state.withLock { state in
      defer { state.asked = usage }
      return usage != state.asked
    }
    return isNews ? why(usage, model ?? report.model) : nil
  }

  /// Nil where nothing new can be known.
  private func used(_ report: AgentReport) -> (usage: Usage, model: String?)? {
    if report.usage != Usage() { return (report.usage, report.model) }
    let isTime = state.withLock { state in
      let now = ContinuousClock.now
      if let before = state.lookedAt, now - before < UsageWatch.pause { return false }
      state.lookedAt = now
      return true
    }
    return isTime ? adapter.usageSoFar(of: report, resuming: session, environment: environment) : nil
  }
}

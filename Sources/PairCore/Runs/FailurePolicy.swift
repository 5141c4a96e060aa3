/// What follows when an agent failed: one answer for each class of failure, and bounds for all of them.
package struct FailurePolicy: Hashable, Sendable {
  package let limits: RunLimits
  /// The agents that may take the task, best first.
  package let candidates: [Candidate]

  package struct Candidate: Hashable, Sendable {
    package let agent: AgentName
    package let estimatedCostInUSD: Double
    /// In tokens; nil where nobody knows.
    package let contextLimit: Int?
  }

  /// One agent that failed.
  package struct Attempt: Hashable, Sendable {
    package let agent: AgentName
    package let failure: Failure

    package init(_ agent: AgentName, _ failure: Failure) {
      self.agent = agent
      self.failure = failure
    }
  }

  package enum Step: Hashable, Sendable {
    /// This agent goes on, in the same worktree, after a wait.
    case start(AgentName, afterSeconds: Int)
    case end(Ending)
  }

  /// Why a run ends without a result.
  package enum Ending: Hashable, Sendable {
    /// What stood in the way passes, or has nothing to do with the task.
    case later
    /// The task waits for a person; the reason.
    case blocked(String)
  }

  /// What the same agent is spared when it has to wait longer: another one may be free.
  static let longestWaitInSeconds = 120
  private static let firstWaitInSeconds = 10

  /// What to do now.
  /// - Parameters:
  ///   - attempts: all agents of the run that failed, in order; the last is the one that just did.
  ///   - elapsed: since the run's start, in seconds.
  ///   - money: what may still be spent, in US dollars; nil without a limit.
  package func step(after attempts: [Attempt], at now: Timestamp, elapsed: Int, money: Double?) -> Step {
    guard let last = attempts.last else { return .end(.later) }
    let step = step(after: last, attempts, at: now, money: money)
    guard case .start(_, let wait) = step else { return step }
    if attempts.count >= limits.attempts {
      return .end(ending(last, "\(attempts.count) agents were started, which is the limit of a run"))
    }
    if elapsed.addingClamped(wait) >= limits.timeInSeconds {
      return .end(ending(last, "the time of a run (\(limits.timeInSeconds) s) is up"))
    }
    return step
  }

  private func step(after last: Attempt, _ attempts: [Attempt], at now: Timestamp, money: Double?) -> Step {
    let kind = last.failure.kind
    let tries = attempts.filter { $0.agent == last.agent && $0.failure.kind == kind }.count
    switch kind {
    case .overloaded:
      if tries <= limits.retries {
        return .start(last.agent, afterSeconds: FailurePolicy.wait(beforeRetry: tries))
      }
    case .rateLimited:
      // Without a stated end nobody knows what to wait for.
      if let until = last.failure.until, tries <= limits.retries {
        let wait = max(1, until.secondsSince1970 - now.secondsSince1970 + 1)
        if wait <= FailurePolicy.longestWaitInSeconds { return .start(last.agent, afterSeconds: Int(wait)) }
      }
    case .checksFailed, .unfinished, .cannotCommit:
      // It knows its own work; what is wrong with it is in the note. A recipe does the same again.
      if tries == 1, last.agent != .recipe { return .start(last.agent, afterSeconds: 0) }
    case .outOfScope, .overBudget, .cancelled:
      // What was refused is still in the worktree, what was spent stays spent, and who stopped it meant it.
      return .end(ending(last, nil))
    case .notInstalled, .notAuthenticated, .contextExceeded, .refused, .crashed, .badOutput, .timedOut,
      .stalled, .unchanged, .movedBase:
      break
    }
    guard let next = nextAgent(after: last, attempts, money: money) else {
      return .end(ending(last, "no other agent may take it"))
    }
    return .start(next, afterSeconds: 0)
  }

  /// Ten seconds, then three times as long each time.
  static func wait(beforeRetry number: Int) -> Int {
    var wait = firstWaitInSeconds
    for _ in 1..<max(1, number) where wait < longestWaitInSeconds { wait *= 3 }
    return min(wait, longestWaitInSeconds)
  }

  /// The best agent that has not been tried and may do better.
  private func nextAgent(after last: Attempt, _ attempts: [Attempt], money: Double?) -> AgentName? {
    let exceeded = candidates.first { $0.agent == last.agent }?.contextLimit
    return candidates.first { candidate in
      if attempts.contains(where: { $0.agent == candidate.agent }) { return false }
      if let money, candidate.estimatedCostInUSD > money { return false }
      guard last.failure.kind == .contextExceeded, let exceeded else { return true }
      return candidate.contextLimit.map { $0 > exceeded } ?? true
    }?.agent
  }

  private func ending(_ last: Attempt, _ reason: String?) -> Ending {
    switch last.failure.kind {
    case .notInstalled, .notAuthenticated, .rateLimited, .overloaded: .later
    default: .blocked(last.failure.kind.rawValue + (reason.map { ", and \($0)" } ?? ""))
    }
  }
}

extension FailurePolicy {
  /// The policy for a task's run: its candidates are those that the decision did not exclude.
  package init(limits: RunLimits, decision: RoutingDecision) {
    let profiles = decision.inputs.profiles
    candidates = decision.ranking.filter { $0.excluded == nil }.map { score in
      Candidate(
        agent: score.agent, estimatedCostInUSD: score.estimatedCostInUSD,
        contextLimit: profiles.first { $0.name == score.agent }?.contextLimit)
    }
    self.limits = limits
  }
}

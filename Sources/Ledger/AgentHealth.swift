package import Git
import Host
package import PairCore

/// Which agents are known not to work for a while. A file an agent; lost, it costs a run that fails at once.
package struct AgentHealth: Sendable {
  /// What a provider says of a time further away than this is not believed.
  private static let longestInSeconds: Int64 = 8 * 24 * 3600

  private let folder: String
  private let effects: EffectDoor

  package init(in repository: borrowing Repository) {
    folder = repository.stateFolder + "/health"
    effects = repository.effects
  }

  /// What is known against `agent` with the fingerprint `login`, nil for none to tell; it may be over by now.
  package func unavailability(of agent: AgentName, login: String?) throws(PairError) -> AgentUnavailability? {
    guard let bytes = try Files.read(path(of: agent)) else { return nil }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 2)
    guard parts.count == 3, let seconds = Int64(parts[0]) else { return nil }
    if parts[1] != AgentHealth.anyLogin, parts[1] != login ?? "" { return nil }
    return AgentUnavailability(until: Timestamp(secondsSince1970: seconds), reason: parts[2].trimmed)
  }

  /// Remembers a failure that will last: a limit until the time that the agent named, a refused login until
  /// it is another one, an hour at most. Forgets what was known when the agent worked.
  ///
  /// - Parameter login: a fingerprint of its login; nil where none can be told, so that no refusal is kept.
  package func record(_ failure: Failure?, of agent: AgentName, login: String?, at now: Timestamp) throws {
    switch failure?.kind {
    case nil, .unchanged, .checksFailed, .outOfScope, .unfinished, .movedBase, .cannotCommit:
      if FileInfo.kind(at: path(of: agent)) != nil { try Files.remove(path(of: agent), effects: effects) }
    case .rateLimited:
      guard let until = failure?.until, now < until else { return }
      let latest = now.secondsSince1970 + AgentHealth.longestInSeconds
      let seconds = min(until.secondsSince1970, latest)
      try write("\(seconds) \(AgentHealth.anyLogin) rate limited", of: agent)
    case .notAuthenticated:
      guard let login else { return }
      try write("\(now.secondsSince1970 + 3600) \(login) not authenticated", of: agent)
    case .notInstalled, .overloaded, .contextExceeded, .refused, .crashed, .badOutput, .timedOut, .stalled,
      .overBudget, .cancelled:
      break
    }
  }

  /// In place of a fingerprint where another login would change nothing.
  private static let anyLogin = "-"

  private func write(_ line: String, of agent: AgentName) throws {
    try Files.makeFolder(folder, effects: effects)
    try AtomicFile.replace(path(of: agent), with: Array((line + "\n").utf8), effects: effects)
  }

  /// Names of agents are made of what names tasks, so they name files, too.
  private func path(of agent: AgentName) -> String { folder + "/" + agent.text }
}

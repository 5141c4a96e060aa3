public import Git
import Host
public import PairCore

/// Which agents are known not to work until a stated time, such as the end of a rate limit. A file an
/// agent, in the folder that all worktrees share; lost, it costs one run that fails at once.
public struct AgentHealth: Sendable {
  /// What a provider says of a time further away than this is not believed.
  private static let longestInSeconds: Int64 = 8 * 24 * 3600

  private let folder: String
  private let effects: EffectDoor

  public init(in repository: borrowing Repository) {
    folder = repository.stateFolder + "/health"
    effects = repository.effects
  }

  /// What is known against `agent`; it may be over by now.
  public func illness(of agent: AgentName) throws(PairError) -> AgentPresence.Illness? {
    guard let bytes = try Files.read(path(of: agent)) else { return nil }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let seconds = Int64(parts[0]) else { return nil }
    return AgentPresence.Illness(until: Timestamp(secondsSince1970: seconds), reason: parts[1].trimmed)
  }

  /// Remembers a failure that will last until a time which the agent named; forgets what was known when
  /// the agent worked.
  ///
  /// - Parameter failure: how its run ended; nil for well.
  public func note(_ failure: Failure?, of agent: AgentName, at now: Timestamp) throws {
    guard let failure else {
      if Files.kind(of: path(of: agent)) != nil { try Files.remove(path(of: agent), effects: effects) }
      return
    }
    guard failure.kind == .rateLimited, let until = failure.until, now < until else { return }
    let latest = now.secondsSince1970 + AgentHealth.longestInSeconds
    let seconds = min(until.secondsSince1970, latest)
    try Files.makeFolder(folder, effects: effects)
    try Files.replace(path(of: agent), with: Array("\(seconds) rate limited\n".utf8), effects: effects)
  }

  /// Names of agents are made of what names tasks, so they name files, too.
  private func path(of agent: AgentName) -> String { folder + "/" + agent.text }
}

import AgentRuns
public import PairCore
import TaskFiles

/// What this machine has of an agent, and what is known of it.
public struct AgentStanding: Sendable {
  public let profile: AgentProfile
  /// Whether this program can drive it.
  public let hasAdapter: Bool
  /// Absolute path; nil when it is not installed.
  public let program: String?
  /// What the program says of itself; nil when it is not installed, or named none.
  public let version: String?
  /// What the adapter was tried with; nil where it never was.
  public let testedVersion: String?
  public let login: AgentLogin
  public let modes: [RunMode: ModeFlags]
}

extension Surroundings {
  /// Looks for every agent of `capabilities`, and asks those that are installed for their version.
  public func survey(_ capabilities: Capabilities) async throws -> [AgentStanding] {
    try await withThrowingTaskGroup(of: (Int, AgentStanding).self) { group in
      for (index, profile) in capabilities.profiles.enumerated() {
        group.addTask { (index, try await standing(of: profile)) }
      }
      var found: [(Int, AgentStanding)] = []
      for try await next in group { found.append(next) }
      return found.sorted { $0.0 < $1.0 }.map { $0.1 }
    }
  }

  private func standing(of profile: AgentProfile) async throws -> AgentStanding {
    guard let adapter = AgentRegistry.adapter(for: profile.name) else {
      return AgentStanding(
        profile: profile, hasAdapter: false, program: nil, version: nil, testedVersion: nil,
        login: .unknown("nothing drives it"), modes: [:])
    }
    let program = AgentRegistry.find(adapter.programNames, path: environment["PATH"] ?? "")
    var version: String?
    if let program {
      version = try await AgentVersion.ask(
        program, supervisor: self.program, environment: environment,
        folder: requireStateFolder() + "/versions/\(processID)-\(profile.name)", effects: effects)
    }
    return AgentStanding(
      profile: profile, hasAdapter: true, program: program, version: version,
      testedVersion: adapter.testedVersion, login: adapter.login(environment),
      modes: Dictionary(uniqueKeysWithValues: RunMode.allCases.map { ($0, adapter.flags(for: $0)) }))
  }
}

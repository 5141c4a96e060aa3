import AgentRuns
package import PairCore
import TaskFiles

/// What this machine has of an agent, and what is known of it.
package struct AgentStatus: Sendable {
  package let profile: AgentProfile
  /// Whether this program can drive it.
  package let hasAdapter: Bool
  /// Absolute path; nil when it is not installed.
  package let program: String?
  /// What the program says of itself; nil when it is not installed, or named none.
  package let version: String?
  /// What the adapter was tried with; nil where it never was.
  package let testedVersion: String?
  package let login: AgentLogin
  /// Whose home its runs would work in.
  package let setUp: AgentSetUp
  /// What keeps it from working for a while; nil when nothing is known.
  package let unavailability: AgentUnavailability?
  package let modes: [RunMode: ModeFlags]
  /// What its models cost beside `profile.costPer1kTokensInUSD`.
  package let prices: PriceList
}

extension ProcessContext {
  /// Looks for every agent of `capabilities`, and asks those that are installed for their version.
  package func survey(
    _ capabilities: Capabilities, unavailabilities: [AgentName: AgentUnavailability] = [:]
  ) async throws -> [AgentStatus] {
    let now = now()
    return try await withThrowingTaskGroup(of: (Int, AgentStatus).self) { group in
      for (index, profile) in capabilities.profiles.enumerated() {
        let unavailability = unavailabilities[profile.name].flatMap { now < $0.until ? $0 : nil }
        let prices = capabilities.prices[profile.name] ?? PriceList()
        group.addTask { (index, try await status(of: profile, prices, unavailability)) }
      }
      var found: [(Int, AgentStatus)] = []
      for try await next in group { found.append(next) }
      return found.sorted { $0.0 < $1.0 }.map { $0.1 }
    }
  }

  private func status(
    of profile: AgentProfile, _ prices: PriceList, _ unavailability: AgentUnavailability?
  ) async throws -> AgentStatus {
    guard let adapter = AgentRegistry.adapter(for: profile.name, among: [profile]) else {
      return AgentStatus(
        profile: profile, hasAdapter: false, program: nil, version: nil, testedVersion: nil,
        login: .unknown("nothing drives it"), setUp: .own, unavailability: nil, modes: [:], prices: prices)
    }
    let program = AgentRegistry.find(adapter.programNames, path: environment["PATH"] ?? "")
    var version: String?
    // A program that the repository names runs for nothing less than an approved command.
    if let program, profile.command == nil {
      version = try await AgentVersion(
        supervisor: self.program, environment: environment, effects: effects
      ).of(program, in: requireStateFolder() + "/versions/\(processID)-\(profile.name)")
    }
    return AgentStatus(
      profile: profile, hasAdapter: true, program: program, version: version,
      testedVersion: adapter.testedVersion, login: adapter.login(environment),
      setUp: adapter.setUp(environment), unavailability: unavailability,
      modes: Dictionary(uniqueKeysWithValues: RunMode.allCases.map { ($0, adapter.flags(for: $0)) }),
      prices: prices)
  }
}

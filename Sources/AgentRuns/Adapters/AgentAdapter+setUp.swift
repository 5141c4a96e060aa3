package import PairCore

/// The folder in which an agent keeps its login and its settings.
package struct ConfigurationFolder: Hashable, Sendable {
  /// What the agent reads its path from.
  package let variable: String
  /// Where it is without that, relative to the home.
  package let name: String

  /// Its path; nil where no home is known.
  func path(_ environment: [String: String]) -> String? {
    if let path = environment[variable], !path.isEmpty { return path }
    return environment["HOME"].map { "\($0)/\(name)" }
  }
}

extension AgentAdapter {
  /// Where its access to a model comes from; a key goes before a login that it keeps. Only reads files.
  package func login(_ environment: [String: String]) -> AgentLogin {
    .variable(among: keyVariables, in: environment) ?? keptLogin(environment)
  }

  package func hasOwnSetUp(_ environment: [String: String]) -> Bool { keptLogin(environment) != .missing }

  /// Whose home a run works in: a private one in CI, where the environment has a key and the user's home no
  /// login of the agent. So nobody's login is ever left aside, and runs that share a runner do not meet in one
  /// folder, where they would race (codex 0.163.0 on its config.toml).
  package func setUp(_ environment: [String: String]) -> AgentSetUp {
    guard let configuration, ContinuousIntegration.runs(environment),
      // Whoever names a folder means that one.
      environment[configuration.variable]?.isEmpty != false, !hasOwnSetUp(environment),
      case .variable(let key)? = AgentLogin.variable(among: keyVariables, in: environment)
    else { return .own }
    return .keyOnly(variable: key)
  }
}

extension AgentRequest {
  private static let home = "home"

  /// Where a private home is.
  var privateHome: String { "\(runFolder)/\(AgentRequest.home)" }

  /// `environment` and the folders to make, as the set-up wants them.
  func settingUp(
    _ environment: [String: String], _ configuration: ConfigurationFolder?
  ) -> (environment: [String: String], folders: [String]) {
    guard setUp.isPrivate, let configuration else { return (environment, ["tmp"]) }
    // What XDG variables name lies in the user's home.
    var own = environment.filter { !($0.key.hasPrefix("XDG_") && $0.key.hasSuffix("_HOME")) }
    own["HOME"] = privateHome
    own[configuration.variable] = "\(privateHome)/\(configuration.name)"
    return (own, ["tmp", AgentRequest.home, "\(AgentRequest.home)/\(configuration.name)"])
  }
}

/// Whether this is a job of a CI system: all known ones set `CI`.
private enum ContinuousIntegration {
  static func runs(_ environment: [String: String]) -> Bool {
    !["", "0", "false"].contains((environment["CI"] ?? "").lowercased())
  }
}

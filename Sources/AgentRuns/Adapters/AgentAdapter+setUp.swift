import Git
import Host
package import PairCore

/// The folder in which an agent keeps its login and its settings.
package struct ConfigurationFolder: Hashable, Sendable {
  /// What the agent reads its path from.
  package let variable: String
  /// Where it is without that, relative to the home.
  package let name: String

  /// Its path; nil where no home is known.
  package func path(_ environment: [String: String]) -> String? {
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
    // All known CI systems set `CI`.
    let isInCI = !["", "0", "false"].contains((environment["CI"] ?? "").lowercased())
    guard let configuration, isInCI,
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
    guard setUp.isPrivate, let configuration else {
      // Files beside the folder cannot be written within walls.
      let folder =
        isWalled
        ? configuration.flatMap { folder in folder.path(environment).map { (folder.variable, $0) } } : nil
      return (environment.merging(folder.map { [$0.0: $0.1] } ?? [:]) { $1 }, ["tmp"])
    }
    // What XDG variables name lies in the user's home.
    var own = environment.filter { !($0.key.hasPrefix("XDG_") && $0.key.hasSuffix("_HOME")) }
    own["HOME"] = privateHome
    own[configuration.variable] = "\(privateHome)/\(configuration.name)"
    return (own, ["tmp", AgentRequest.home, "\(AgentRequest.home)/\(configuration.name)"])
  }
}

extension AgentAdapter {
  /// A few digits of a hash, which tell one login from another; nil where there is no login to be seen.
  package func loginFingerprint(_ environment: [String: String]) -> String? {
    let secret: [UInt8]? =
      switch login(environment) {
      case .variable(let name): environment[name].map { Array($0.utf8) }
      case .file(let path):
        (try? Files.read(path, limitInBytes: 1 << 20)) ?? nil  // Unread: nothing is remembered of it.
      case .missing, .notNeeded, .unknown: nil
      }
    return secret.map { String(ObjectID.ofBlob($0).hex.prefix(8)) }
  }
}

extension ClaudeAdapter {
  /// 2.1.330 keeps a login in `.credentials.json` on Linux; elsewhere it may be the system's key store.
  func keptLogin(_ environment: [String: String]) -> AgentLogin {
    if let cloud = ClaudeAdapter.clouds.first(where: { environment[$0.variable]?.isEmpty == false }) {
      return .unknown("\(cloud.variable) is set, and that provider's own login is used")
    }
    guard let home = configuration?.path(environment) else { return .missing }
    return AgentLogin(in: home + "/.credentials.json") { $0["claudeAiOauth"]["accessToken"].string }
  }
}

extension CodexAdapter {
  /// 0.163.0 does not read `OPENAI_API_KEY`, unless a provider in the user's config.toml names it.
  func keptLogin(_ environment: [String: String]) -> AgentLogin {
    guard let home = configuration?.path(environment) else { return .missing }
    let found = AgentLogin(in: home + "/auth.json") {
      $0["OPENAI_API_KEY"].string ?? $0["tokens"]["access_token"].string
    }
    let config = home + "/config.toml"
    guard found == .missing,
      let text = try? Files.read(config, limitInBytes: 1 << 20),  // Else it names none that we know of.
      String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
        .contains(where: { $0.hasPrefix("model_provider") })
    else { return found }
    return .unknown("\(config) names a provider, and that provider's own key is used")
  }

  /// Its config.toml may name another server, to which the key belongs.
  func hasOwnSetUp(_ environment: [String: String]) -> Bool {
    keptLogin(environment) != .missing
      || configuration?.path(environment).flatMap { FileInfo.kind(at: $0 + "/config.toml") } != nil
  }
}

extension AgentLogin {
  /// The first of `names` that `environment` has a value for.
  static func variable(among names: [String], in environment: [String: String]) -> AgentLogin? {
    names.first { environment[$0]?.isEmpty == false }.map { .variable($0) }
  }

  /// - Parameter secret: finds what must be in the file, which goes no further than here.
  fileprivate init(in path: String, secret: (JSONValue) -> String?) {
    if let bytes = try? Files.read(path, limitInBytes: 1 << 20) {  // Else is told as unknown.
      self = JSONValue(line: bytes).flatMap(secret)?.isEmpty == false ? .file(path) : .missing
    } else {
      // Where it is there, but not readable, the agent may know better.
      self = FileInfo.kind(at: path) == nil ? .missing : .unknown("\(path) cannot be read")
    }
  }
}

package import PairCore

/// `.paircoder/config.yaml`, of which `orchestrate:` is ours.
package enum ConfigFile {
  /// Reads our settings; what stands outside `orchestrate:` is left alone.
  ///
  /// - Throws: `PairError` of kind `invalidInput` at what is no valid YAML, of a wrong type, or unknown.
  package static func parse(_ bytes: [UInt8], path: String) throws(PairError) -> Config {
    guard let root = try YAMLNode.parse(bytes, path: path) else { return .standard }
    _ = try root.requireMapping("the configuration file")
    guard let node = root["orchestrate"] else { return .standard }
    let keys = [
      "checks", "timeout", "tasks", "routing", "models", "limits", "changes", "budget", "worktrees", "hooks",
      "conflicts", "environment", "sandbox",
    ]
    try node.requireKeys(keys, of: "orchestrate")
    let policies = ConflictPolicy.allCases.map(\.rawValue).joined(separator: " or ")
    let timeout = try node.seconds("timeout") ?? Config.standard.runTimeoutInSeconds
    return Config(
      checks: try commands("checks", called: "check", in: node), runTimeoutInSeconds: timeout,
      tasksFolder: try folder(in: node) ?? Config.standard.tasksFolder,
      routing: try node["routing"].map(RoutingSettings.init(reading:)) ?? .standard,
      limits: try RunLimits(reading: node["limits"], timeoutInSeconds: timeout),
      changes: try node["changes"].map(ChangeRules.init(reading:)) ?? .standard,
      models: try models(in: node),
      budget: try node["budget"].map(BudgetLimits.init(reading:)) ?? BudgetLimits(),
      worktrees: try node["worktrees"].map(WorktreeSettings.init(reading:)) ?? WorktreeSettings(),
      conflicts: try node.word("conflicts", "must be \(policies)") ?? .serialise,
      environment: try node.variables("environment"),
      hooks: try node["hooks"].map(HookRules.init(reading:)) ?? .standard,
      sandbox: try node["sandbox"].map(SandboxSettings.init(reading:)) ?? SandboxSettings())
  }

  /// `models: {claude-code: {low: haiku, high: opus}, codex-cli: gpt-5}`: by complexity, or one for all.
  private static func models(in node: YAMLNode) throws(PairError) -> [AgentName: [Level: String]] {
    guard let value = node["models"] else { return [:] }
    var models: [AgentName: [Level: String]] = [:]
    for pair in try value.requireMapping("models") {
      // A name that is none of the built-in ones is that of an agent of the team's own.
      let name = (try? AgentName.resolve(pair.key, among: Capabilities.builtIn.names)) ?? AgentName(pair.key)
      var byLevel: [Level: String] = [:]
      if case .scalar = pair.value.content {
        let model = try model(pair.value)
        for level in Level.allCases { byLevel[level] = model }
      } else {
        try pair.value.requireKeys(Level.allCases.map(\.rawValue), of: "the models of \(name)")
        for level in Level.allCases {
          if let stated = pair.value[level.rawValue] { byLevel[level] = try model(stated) }
        }
      }
      models[name] = byLevel
    }
    return models
  }

  /// A name that no program can take for an option.
  private static func model(_ node: YAMLNode) throws(PairError) -> String {
    let name = try node.requireText("a model").trimmed
    guard !name.isEmpty, !name.hasPrefix("-"), !name.contains(where: \.isBlank) else {
      throw node.mismatch("a model", "must be a name")
    }
    return name
  }

  /// What a check may take when it says nothing else.
  private static let checkTimeoutInSeconds = 600

  /// The commands listed under `key`, each a `noun`.
  static func commands(_ key: String, called noun: String, in node: YAMLNode) throws(PairError) -> [Check] {
    var commands: [Check] = []
    for entry in try node.sequence(key) {
      try entry.requireKeys(["name", "run", "timeout"], of: "a \(noun)")
      let command = Check(
        name: try text("name", of: noun, in: entry), run: try text("run", of: noun, in: entry),
        timeoutInSeconds: try entry.seconds("timeout") ?? checkTimeoutInSeconds)
      if commands.contains(where: { $0.name == command.name }) {
        throw PairError(
          .invalidInput, "two \(noun)s are called '\(command.name.escapedForTerminal(limit: 60))'",
          at: entry.location)
      }
      commands.append(command)
    }
    return commands
  }

  private static func text(_ key: String, of noun: String, in entry: YAMLNode) throws(PairError) -> String {
    guard let text = try entry.string(key), !text.trimmed.isEmpty else {
      throw PairError(
        .invalidInput, "the \(noun) has no '\(key)'", at: entry.location,
        hint: "A \(noun) looks like '{name: tests, run: make test, timeout: 10m}'.")
    }
    return text
  }

  private static func folder(in node: YAMLNode) throws(PairError) -> String? {
    let rule = "must be a folder relative to the top of the repository"
    return try node.value("tasks", rule, RepositoryPath.read).map {
      $0.hasSuffix("/") ? String($0.dropLast()) : $0
    }
  }
}

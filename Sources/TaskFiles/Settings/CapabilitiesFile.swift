package import PairCore

/// `.paircoder/capabilities.yaml`: what each agent is good at and what it costs.
package enum CapabilitiesFile {
  /// The built-in profiles with what stands under `agents:` put over them, key by key, and the agents
  /// that it adds, in the file's order. Other keys are left alone, but for what looks like a typo.
  ///
  /// - Throws: `PairError` of kind `invalidInput` at the place that is no valid YAML, has the wrong type,
  ///   is a key one edit away from a known one, or lacks what a new agent needs: `cost_per_1k_tokens` and `context_limit`.
  package static func parse(_ bytes: [UInt8], path: String) throws(PairError) -> Capabilities {
    guard let root = try YAMLNode.parse(bytes, path: path) else { return .builtIn }
    _ = try root.requireMapping("the capabilities file")
    guard let agents = root["agents"] else { return .builtIn }
    var profiles = AgentProfile.builtIn
    var prices: [AgentName: PriceList] = [:]
    var maxParallel: [AgentName: Int] = [:]
    var lines: [AgentName: Int] = [:]
    for pair in try agents.requireMapping("agents") {
      let name = try agentName(pair)
      if let line = lines[name] {
        throw PairError(
          .invalidInput, "'\(pair.key)' is \(name), which stands in line \(line) already",
          at: pair.keyLocation)
      }
      lines[name] = pair.keyLocation.line
      let index = profiles.firstIndex { $0.name == name }
      let profile = try profile(of: name, in: pair, over: index.map { profiles[$0] })
      maxParallel[name] = try pair.value.int("max_parallel", in: 1...(.max), "must be 1 or more")
      if let stated = pair.value["prices"] { prices[name] = try PriceList(reading: stated) }
      if let index { profiles[index] = profile } else { profiles.append(profile) }
    }
    return Capabilities(profiles: profiles, prices: prices, maxParallel: maxParallel)
  }

  /// The agent that a key names; `claude` is claude-code, as on the command line.
  private static func agentName(_ pair: YAMLNode.Pair) throws(PairError) -> AgentName {
    let key = pair.key
    guard key.lowercased() != AgentName.recipe.text else {
      throw PairError(
        .invalidInput, "'recipe' is no name for an agent: it stands for a task's own recipe",
        at: pair.keyLocation, hint: "Give the agent another name.")
    }
    // A name that is none of the built-in ones is a new agent's.
    if let known = try? AgentName.resolve(key, among: Capabilities.builtIn.names) { return known }
    // The rules for ids hold for agents too: both name refs and files.
    guard TaskID(rawValue: key) != nil else {
      throw PairError(
        .invalidInput, "'\(key.escapedForTerminal(limit: 60))' is no name for an agent", at: pair.keyLocation,
        hint: "A name has letters, digits, '.', '_' and '-', and begins with a letter or digit.")
    }
    return AgentName(key)
  }

  private static func profile(
    of name: AgentName, in pair: YAMLNode.Pair, over base: AgentProfile?
  ) throws(PairError) -> AgentProfile {
    let node = pair.value
    try refuseTypos(in: node.requireMapping(name.text))
    let statedCost = try node.amount("cost_per_1k_tokens", upTo: 1_000, "US dollars")
    guard let cost = statedCost ?? base?.costPer1kTokensInUSD else {
      throw missing("cost_per_1k_tokens", of: pair)
    }
    let statedLimit = try node.int("context_limit", in: 1...(.max), "must be above 0")
    guard let limit = statedLimit ?? base?.contextLimit else { throw missing("context_limit", of: pair) }
    return AgentProfile(
      name: name, strengths: try list("strengths", in: node) ?? base?.strengths ?? [],
      weaknesses: try list("weaknesses", in: node) ?? base?.weaknesses ?? [],
      costPer1kTokensInUSD: cost, contextLimit: limit,
      availability: try node.word("availability", "must be 'local' or 'optional'")
        ?? base?.availability ?? .optional,
      command: try command(in: node, of: name))
  }

  /// `command: [aider, --message-file, "{prompt_file}"]` with its `output` and `variables`.
  private static func command(in node: YAMLNode, of name: AgentName) throws(PairError) -> CommandTemplate? {
    guard let value = node["command"] else { return nil }
    if Capabilities.builtIn.names.contains(name) {
      throw PairError(
        .invalidInput, "\(name) is run by an adapter of its own; 'command' is for other agents",
        at: value.location, hint: "Give the agent another name.")
    }
    guard case .sequence = value.content else {
      throw value.mismatch("command", "must be a list of words, the program first")
    }
    let words = try node.strings("command")
    guard let program = words.first, !program.isEmpty, !program.holds("/"), !program.hasPrefix("{") else {
      throw value.mismatch(
        "command", "must begin with a program's name",
        hint: "A name is looked up on PATH; a path could lead into what an agent wrote.")
    }
    return CommandTemplate(
      words: words, output: try node.word("output") ?? .plain,
      variables: try node.variables("variables").map(\.text))
  }

  private static let keys = [
    "strengths", "weaknesses", "cost_per_1k_tokens", "context_limit", "availability", "command", "output",
    "variables", "prices", "max_parallel",
  ]

  /// Keys of others' are allowed; one that is nearly ours is a typo, which must not pass in silence.
  private static func refuseTypos(in pairs: [YAMLNode.Pair]) throws(PairError) {
    for pair in pairs {
      guard let meant = keys.first(where: { pair.key.isOneEdit(from: $0) }) else { continue }
      throw PairError(
        .invalidInput, "an agent has no key '\(pair.key.escapedForTerminal(limit: 60))'",
        at: pair.keyLocation, hint: "Did you mean '\(meant)'?")
    }
  }

  /// Nil where the key is missing, so that `[]` can empty a list.
  private static func list(_ key: String, in node: YAMLNode) throws(PairError) -> [String]? {
    node[key] == nil ? nil : try node.strings(key)
  }

  private static func missing(_ key: String, of pair: YAMLNode.Pair) -> PairError {
    PairError(
      .invalidInput, "the agent '\(pair.key)' has no '\(key)'", at: pair.keyLocation,
      hint:
        "An agent that is not built in states 'cost_per_1k_tokens' (US dollars) and 'context_limit' (tokens)."
    )
  }
}

extension String {
  /// Whether one character was added, left out or replaced, or two neighbours changed places.
  fileprivate func isOneEdit(from other: String) -> Bool {
    let (ours, theirs) = (Array(self), Array(other))
    let same = zip(ours, theirs).prefix { $0 == $1 }.count
    let (here, there) = (ours[same...], theirs[same...])
    if here.isEmpty && there.isEmpty { return false }
    return here.dropFirst() == there || here == there.dropFirst() || here.dropFirst() == there.dropFirst()
      || (here.prefix(2) == ArraySlice(there.prefix(2).reversed()) && here.dropFirst(2) == there.dropFirst(2))
  }
}

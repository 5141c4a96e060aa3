import PairCore

/// What a project sets under `orchestrate: sandbox:`.
package struct SandboxSettings: Hashable, Sendable {
  /// What a wall keeps a program from.
  package enum Wall: String, CaseIterable, Sendable {
    /// Writing outside its worktree, and reading what holds credentials.
    case files
    case network
  }

  /// Whether programs run within the walls that the system has.
  package var isOn = true
  /// The walls without which nothing runs.
  package var required: Set<Wall> = []
  /// What may be written besides, as absolute paths, or with `~` for the home.
  package var write: [String] = []
  /// What may not be read, besides what is known to hold credentials; paths likewise.
  package var hide: [String] = []
  /// The hosts that may be reached, besides an agent's own; nil for no limit on agents, and none for checks and recipes.
  package var network: [String]?

  package init() {}
}

extension SandboxSettings {
  /// Reads `sandbox: auto`, `require` or `off`, or `{require: [files, network], write: [~/.cache/x], hide: [~/notes],
  /// network: [registry.example.com]}`.
  init(reading node: YAMLNode) throws(PairError) {
    self.init()
    if case .scalar(let word, _) = node.content {
      switch word {
      case "auto": break
      case "require": required = [.files]
      case "off": isOn = false
      default: throw node.mismatch("sandbox", "must be auto, require or off, or a mapping")
      }
      return
    }
    try node.requireKeys(["require", "write", "hide", "network"], of: "sandbox")
    let names = try node.strings("require")
    required = Set(names.compactMap { Wall(rawValue: $0) })
    if names.contains(where: { Wall(rawValue: $0) == nil }) {
      throw (node["require"] ?? node).mismatch("require", "must be of files, network")
    }
    write = try SandboxSettings.paths("write", in: node)
    hide = try SandboxSettings.paths("hide", in: node)
    if node["network"] != nil { network = try SandboxSettings.hosts(in: node) }
  }

  private static func paths(_ key: String, in node: YAMLNode) throws(PairError) -> [String] {
    let paths = try node.strings(key)
    if let path = paths.first(where: { !$0.hasPrefix("/") && !$0.hasPrefix("~/") }) {
      throw PairError(
        .invalidInput, "'\(path.escapedForTerminal(limit: 60))' under '\(key)' is no absolute path",
        at: (node[key] ?? node).location,
        hint: "Begin it with '/', or with '~/' for the home of the person who runs it.")
    }
    return paths
  }

  /// `host`, `*.domain`, `host:port`, or `*` for all.
  private static func hosts(in node: YAMLNode) throws(PairError) -> [String] {
    let hosts = try node.strings("network")
    let isHost = { (host: String) in
      host == "*"
        || host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._:[]*".contains($0)) }
          && !host.dropFirst().contains("*")
    }
    if let host = hosts.first(where: { !isHost($0) }) {
      throw PairError(
        .invalidInput, "'\(host.escapedForTerminal(limit: 60))' under 'network' is no host",
        at: (node["network"] ?? node).location,
        hint: "A host looks like 'registry.example.com', '*.example.com' or 'example.com:8443'.")
    }
    return hosts
  }
}

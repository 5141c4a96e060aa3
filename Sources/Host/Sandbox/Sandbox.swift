/// The walls around a program: which mechanism enforces which rules.
package struct Sandbox: Hashable, Sendable {
  /// The path of a bwrap(1) that works here; nil for none.
  package let bwrap: String?
  /// Whether Landlock, innermost, enforces the rules on files. Within that no other bwrap starts, so that it is false
  /// for a program that brings its own (codex), which starts within ours.
  package let landlock: Bool
  package let rules: SandboxRules
  /// For rules that name hosts; nil for other rules.
  package let proxy: ProxyPrograms?

  package init(bwrap: String?, landlock: Bool, rules: SandboxRules, proxy: ProxyPrograms? = nil) {
    self.bwrap = bwrap
    self.landlock = landlock
    self.rules = rules
    if case .hosts = rules.network { self.proxy = proxy } else { self.proxy = nil }
  }

  /// For `bpsai-pair supervise`.
  package var options: [String] { words.flatMap { ["--wall", $0] } }

  /// Each a wall or a rule; `init(words:)` reads them.
  package var words: [String] {
    let network: [String] =
      switch rules.network {
      case .open: []
      case .loopback: ["network=loopback"]
      case .hosts(let hosts): ["network=loopback"] + hosts.map { "host=\($0)" }
      }
    return (bwrap.map { ["bwrap=\($0)"] } ?? []) + (landlock ? ["landlock"] : [])
      + rules.write.map { "write=\($0)" } + rules.read.map { "read=\($0)" }
      + rules.hidden.map { "hide=\($0)" } + network
      + (proxy.map { ["tinyproxy=\($0.tinyproxy)", "socat=\($0.socat)"] } ?? [])
  }

  /// Nil for a word that is none.
  package init?(words: some Sequence<String>) {
    var bwrap: String?
    var landlock = false
    var lists: [String: [String]] = [:]
    var programs: [String: String] = [:]
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      switch (parts.first, parts.count) {
      case ("landlock", 1): landlock = true
      case ("bwrap", 2): bwrap = parts[1]
      case ("tinyproxy", 2), ("socat", 2): programs[parts[0]] = parts[1]
      case ("write", 2), ("read", 2), ("hide", 2), ("network", 2), ("host", 2):
        lists[parts[0], default: []].append(parts[1])
      default: return nil
      }
    }
    let hosts = lists["host"].map { SandboxRules.Network.hosts($0) }
    self.init(
      bwrap: bwrap, landlock: landlock,
      rules: SandboxRules(
        write: lists["write"] ?? [], read: lists["read"] ?? [], hidden: lists["hide"] ?? [],
        network: hosts ?? (lists["network"] == nil ? .open : .loopback)),
      proxy: programs["tinyproxy"].flatMap { tinyproxy in
        programs["socat"].map { ProxyPrograms(tinyproxy: tinyproxy, socat: $0) }
      })
  }
}

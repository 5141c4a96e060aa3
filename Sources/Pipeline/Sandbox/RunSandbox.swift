import AgentRuns
import Git
package import Host
import PairCore
import TaskFiles

/// The walls around what a run starts: what the project wants, as far as this system has it.
struct RunSandbox: Room {
  let workspace: Workspace
  private let settings: SandboxSettings
  private let person: PersonalSandbox
  private let support: SandboxSupport

  init(_ settings: SandboxSettings, in workspace: Workspace) throws {
    self.workspace = workspace
    person = try PersonalSandbox(in: workspace.repository)
    self.settings = settings.with(person)
    support = try SandboxSupport.probe(in: workspace.process)
  }

  /// What is started.
  enum Program {
    /// - writes: whether it may change files of its worktree.
    case agent(any AgentAdapter, AgentSetUp, writes: Bool)
    case check
    case setUp
  }

  /// - Parameters:
  ///   - worktree: in which the program works.
  ///   - folder: of the run, for the program alone; what lies in it may be written.
  /// - Returns: nil where there is no wall.
  func sandbox(for program: Program, in worktree: String, folder: String) throws -> Sandbox? {
    guard settings.isOn else { return nil }
    let places = try SandboxPlaces(workspace)
    let open = person.write.map(places.expanded).compactMap(Files.canonical)
    var write = open + settings.write.map(places.expanded) + [folder, worktree + ".git"]
    var hidden = settings.hide.map(places.expanded) + places.withCredentials + places.ofOthers
    var read: [String] = []
    var (bringsOwn, network) = (false, SandboxRules.Network.open)
    switch program {
    case .agent(let adapter, let setUp, let writes):
      if writes { write.append(worktree) } else { read.append(worktree) }
      bringsOwn = support.bwrap != nil && adapter.bringsBwrap
      let state = adapter.configuration?.path(process.environment)
      hidden += places.ofAgents.filter { $0 != state }
      for folder in adapter.foldersOutside {
        try Files.makeFolder(folder, mode: 0o700, effects: process.effects)
      }
      if let state, !setUp.isPrivate {
        try Files.makeFolder(state, mode: 0o700, effects: process.effects)
        write.append(state)
      }
      network =
        adapter.name == .recipe
        ? networkOfCommands : self.network(reaching: adapter.hosts(process.environment))
    case .check:
      write.append(worktree)
      hidden += places.ofAgents
      network = networkOfCommands
    case .setUp:
      write += [worktree, places.packages]
      hidden += places.ofAgents
      try Files.makeFolder(places.packages, mode: 0o700, effects: process.effects)
    }
    // Below what the person opened, nothing is closed.
    func closed(_ paths: [String]) -> [String] {
      paths.compactMap(Files.canonical).filter { path in !open.contains { path.hasPrefix($0 + "/") } }
    }
    let rules = SandboxRules(
      write: write.compactMap(Files.canonical), read: closed(read), hidden: closed(hidden), network: network)
    return support.sandbox(for: rules, bringsOwn: bringsOwn)
  }

  /// Of checks and recipes.
  private var networkOfCommands: SandboxRules.Network {
    settings.network == nil ? .loopback : network(reaching: [])
  }

  /// - Parameter own: what the program reaches in any case; nil where that is not known.
  private func network(reaching own: [String]?) -> SandboxRules.Network {
    let wanted = settings.network ?? (settings.required.contains(.network) ? [] : ["*"])
    guard let own, !wanted.contains("*") else { return .open }
    return .hosts(own + wanted)
  }

  /// What a program needs so that it works within walls: caches that it may write, and those that set-up commands filled.
  ///
  /// - Parameter isSetUp: whether it fills them.
  func environment(folder: String, isSetUp: Bool) throws -> [String: String] {
    let cache = folder + "/cache"
    var own = ["TMPDIR": folder + "/tmp", "XDG_CACHE_HOME": cache, "npm_config_cache": cache + "/npm"]
    let packages = try SandboxPlaces(workspace).packages
    if isSetUp || FileInfo.kind(at: packages) == .folder {
      for folder in SandboxPlaces.packageFolders where isSetUp || folder.isRead {
        own[folder.variable] = packages + "/" + folder.name
      }
    }
    for path in [own["TMPDIR"] ?? "", cache] {
      try Files.makeFolder(path, mode: 0o700, effects: process.effects)
    }
    return own
  }
}

extension SandboxSupport {
  /// What the system of `process` can enforce.
  package static func probe(in process: ProcessContext) throws -> SandboxSupport {
    try probe(
      on: SearchPath(in: process.environment), cache: process.requireStateFolder() + "/sandbox",
      effects: process.effects)
  }
}

// Before anything is started.
extension RunSandbox {
  /// - Parameter mode: of the agent; nil where only checks run.
  /// - Throws: `PairError` of kind `unsupported` where a wall is missing without which nothing may run.
  func requireWalls(for mode: RunMode?) throws {
    if !settings.required.isEmpty, !settings.isOn {
      throw PairError(
        .unsupported, "\(Workspace.configPath) requires a sandbox, and git's configuration switches it off",
        hint: "git config --global --unset \(PersonalSandbox.key)")
    }
    let hasFiles = support.bwrap != nil || support.landlockABI >= Landlock.firstWhole
    if settings.required.contains(.files), !hasFiles { throw lack(of: "files") }
    if settings.required.contains(.network), support.bwrap == nil || support.proxy == nil {
      throw lack(of: "the network")
    }
    if settings.isOn, mode == .fullAuto, support.bwrap == nil, support.landlockABI == 0, !process.isAttended {
      throw PairError(
        .unsupported, "an agent would run in full-auto without a sandbox and without a person",
        hint:
          "\(support.missing.first ?? "") Or say that you want it so: 'sandbox: off' under 'orchestrate' in "
          + Workspace.configPath)
    }
  }

  private func lack(of wall: String) -> PairError {
    PairError(
      .unsupported, "the sandbox that \(Workspace.configPath) requires has no wall around \(wall) here",
      hint: support.missing.joined(separator: " "))
  }

  /// Says what is missing, unless it was said before.
  func tellMissing() throws {
    guard settings.isOn, !support.missing.isEmpty else { return }
    let text = support.missing.map { $0 + "\n" }.joined()
    let path = try process.requireStateFolder() + "/sandbox-missing"
    if try Files.read(path) == Array(text.utf8) { return }
    for sentence in support.missing { say("note: sandbox: \(sentence)") }
    try AtomicFile.replace(path, with: Array(text.utf8), effects: process.effects)
  }
}

extension Workspace {
  /// - Parameter mode: of the agent; nil where only checks run.
  /// - Throws: `PairError` of kind `notApproved` for a command that has not been approved, `unsupported` where a wall is
  ///   missing that `config` requires.
  func requireReady(_ config: Config, for mode: RunMode? = nil) throws {
    if mode?.writes != false { try requireApproved(config) } else { _ = try requireVariables(config) }
    let sandbox = try RunSandbox(config.sandbox, in: self)
    try sandbox.requireWalls(for: mode)
    try sandbox.tellMissing()
  }
}

extension Sandbox? {
  /// What stands around a program, in a few words.
  var words: String {
    guard let sandbox = self else { return "no sandbox" }
    let walls = [sandbox.bwrap == nil ? nil : "bwrap", sandbox.landlock ? "Landlock" : nil].compactMap(\.self)
    let network =
      switch sandbox.rules.network {
      case .open: "the network is open"
      case .loopback: "no network"
      case .hosts(let hosts): "the network is \(hosts.count.counted("host"))"
      }
    let sockets = sandbox.bwrap == nil ? ", sockets are open" : ""
    return "\(walls.joined(separator: " and ")), \(network)\(sockets)"
  }
}

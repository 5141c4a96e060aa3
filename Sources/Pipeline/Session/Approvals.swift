import Git
import Host
package import PairCore
import TaskFiles

/// The command lines that the user approved for a repository, each by its exact text. They lie outside the
/// repository, as direnv's do: nothing in a commit can approve itself. An approval is a file that holds the
/// approved text; its name is the text's blob id.
package struct Approvals: Sendable {
  let folder: String
  private let effects: EffectDoor

  package init(of workspace: Workspace) throws {
    folder = try workspace.process.requireStateFolder() + "/approvals/" + workspace.key.hex
    effects = workspace.process.effects
  }

  /// Whether exactly `text` has been approved.
  package func contain(_ text: String) throws(PairError) -> Bool {
    let bytes = Array(text.utf8)
    return try Files.read(path(of: bytes)) == bytes
  }

  package func add(_ text: String) throws {
    let bytes = Array(text.utf8)
    try Files.makeFolder(folder, mode: 0o700, effects: effects)
    try AtomicFile.replace(path(of: bytes), with: bytes, mode: 0o600, effects: effects)
  }

  func remove(beginning: String) throws {
    for (name, _) in try DirectoryWalk.list(folder) {
      let path = folder + "/" + name
      guard let bytes = try Files.read(path), bytes.starts(with: Array(beginning.utf8)) else { continue }
      try Files.remove(path, effects: effects)
    }
  }

  private func path(of bytes: [UInt8]) -> String { "\(folder)/\(ObjectID.ofBlob(bytes))" }

  /// - Throws: `PairError` of kind `notApproved` naming the first of `commands` that has not been approved.
  package func require(_ commands: [Check], called noun: String, owner: String) throws(PairError) {
    for command in commands where try !contain(command.run) {
      throw PairError(
        .notApproved,
        "the \(noun) '\(command.name.escapedForTerminal(limit: 60))' has not been approved",
        hint: "Read it in \(Workspace.configPath), then approve exactly this text: bpsai-pair trust \(owner)")
    }
  }
}

extension Workspace {
  /// - Throws: `PairError` of kind `notApproved` when a check, a set-up command or a variable of `config` has not been
  ///   approved.
  func requireApproved(_ config: Config) throws {
    _ = try requireVariables(config)
    let approvals = try Approvals(of: self)
    try approvals.require(config.checks, called: "check", owner: "checks")
    try approvals.require(config.worktrees.setup, called: "set-up command", owner: "setup")
  }

  /// The variables that `config` asks for.
  ///
  /// - Throws: `PairError` of kind `notApproved` when one of them has not been approved.
  func requireVariables(_ config: Config) throws -> [VariablePattern] {
    if config.environment.isEmpty { return [] }
    let approvals = try Approvals(of: self)
    for variable in config.environment where try !approvals.contain(variable.approvalText) {
      throw PairError(
        .notApproved,
        "the variable '\(variable.text)' has not been approved for agents, checks and set-up commands",
        hint: "Read 'environment' in \(Workspace.configPath), then: bpsai-pair trust environment")
    }
    return config.environment
  }
}

/// A command line out of the repository that runs only after an approval.
package struct Approvable: Hashable, Sendable {
  /// Whom it belongs to: a task's id, `checks`, `setup`, `environment` or `agents`.
  package let owner: String
  /// For people: `the recipe of TASK-030`.
  package let title: String
  package let text: String

  /// Every recipe, check, set-up command, variable and agent's command of the checkout and of HEAD, or of `revision` alone.
  package static func all(at revision: String?, in workspace: Workspace) throws -> [Approvable] {
    let settings = workspace.settings(at: try revision.map { try workspace.requireBase($0) })
    var found = try recipes(settings) + commands(settings)
    // Runs read the checks from their base commit, which may differ from the checkout.
    if revision == nil, let head = try workspace.repository.head().commit {
      found += try commands(workspace.settings(at: head))
    }
    var seen: Set<Approvable> = []
    return found.filter { seen.insert($0).inserted }
  }

  private static func recipes(_ settings: BaseSettings) throws -> [Approvable] {
    try settings.library.tasks().tasks.compactMap { task in
      task.recipe.map { Approvable(owner: task.id.text, title: "the recipe of \(task.id)", text: $0) }
    }
  }

  private static func commands(_ settings: BaseSettings) throws -> [Approvable] {
    let config = try settings.config
    let setup = config.worktrees.setup.map {
      Approvable(owner: "setup", title: "the set-up command '\($0.name)'", text: $0.run)
    }
    let checks = config.checks.map {
      Approvable(owner: "checks", title: "the check '\($0.name)'", text: $0.run)
    }
    let agents = try settings.capabilities.profiles.compactMap { profile in
      profile.command.map {
        Approvable(owner: "agents", title: "the command of \(profile.name)", text: $0.text)
      }
    }
    let variables = config.environment.map {
      Approvable(owner: "environment", title: "the variable '\($0.text)'", text: $0.approvalText)
    }
    return setup + checks + variables + agents
  }
}

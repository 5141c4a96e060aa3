import Host
import Git
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

  /// Takes back every approval of a text that begins with `beginning`.
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
  /// - Throws: `PairError` of kind `notApproved` when a check or set-up command of `config` has not been approved.
  func requireApproved(_ config: Config) throws {
    let approvals = try Approvals(of: self)
    try approvals.require(config.checks, called: "check", owner: "checks")
    try approvals.require(config.worktrees.setup, called: "set-up command", owner: "setup")
  }

  func requireApprovedCommands(at configuration: ObjectID) throws {
    try requireApproved(settings(at: configuration).config)
  }
}

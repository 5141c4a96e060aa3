import Git
import Host
import PairCore
import TaskFiles

/// Our hooks in one repository: puts them in, takes them out, tells how they stand.
package struct HookSetup: Room {
  package let workspace: Workspace
  /// Whether git reads hooks from the configuration, and we can put them there.
  private let hasSettings: Bool

  /// The first version of git that does (git-hook(1)).
  private static let versionWithSettings = (2, 54)

  package init(_ workspace: Workspace) async throws {
    let version = try await workspace.git.version(from: workspace.repository.commonDirectory)
    let numbers = version.split(separator: ".").compactMap { Int($0) }
    // Git is asked to change them by the repository's path, which it could not be given.
    hasSettings =
      numbers.count >= 2 && (numbers[0], numbers[1]) >= HookSetup.versionWithSettings
      && workspace.repository.hasPathForOthers
    self.workspace = workspace
  }

  private var effects: EffectDoor { workspace.process.effects }

  /// The hooks that concern this repository.
  package var hooks: [HookName] { HookName.firing(inBare: repository.workingDirectory == nil) }

  /// What a person has to do so that a hook calls us.
  package struct Chore: Hashable, Sendable {
    package let hook: HookName
    package let manager: String
    /// Relative to the top of the working tree.
    package let file: String
    package let lines: [String]

    init(_ hook: HookName, _ manager: HookManager, in top: String) {
      self.hook = hook
      self.manager = manager.name
      file = manager.file(for: hook, in: top)
      lines = manager.lines(for: hook)
    }
  }

  /// How one hook stands.
  package enum Status: Hashable, Sendable {
    /// It calls us; through what, in words.
    case inForce(String)
    case missing
    /// It is there and does not call us, and why.
    case idle(String)
    case chore(Chore)
  }

  private func place(of hook: HookName) throws -> HookPlace {
    try HookPlace(of: hook, in: workspace, hasSettings: hasSettings)
  }

  /// Puts our hooks in; returns what is left for a person to do.
  package func install(_ scripts: HookScripts) async throws -> [Chore] {
    if workspace.process.environment["PAIRCODER_RUN"] != nil {
      throw PairError(
        .unsupported, "an agent does not install hooks", hint: "Run it yourself, outside of any run.")
    }
    // Else every hook would fail, and only then.
    _ = try workspace.requireUser()
    var chores: [Chore] = []
    for hook in hooks {
      let script = scripts.text(of: hook)
      switch try place(of: hook) {
      case .settings:
        try takeOutFiles(of: hook)
        try await installInSettings(hook, script)
      case .file(let file), .behindPreCommit(let file):
        try file.install(script)
      case .manager(let manager):
        if let chore = try chore(hook, manager) { chores.append(chore) }
      }
    }
    let config = try workspace.settings().config
    let approvals = try Approvals(of: workspace)
    try approvals.remove(beginning: Config.consentBeginning)
    if config.hooks.mode == .run { try approvals.add(config.consent) }
    return chores
  }

  /// Takes our hooks out, and puts back what stood there; returns those that were in, and what is left to do by hand.
  package func uninstall() async throws -> (removed: [HookName], chores: [Chore]) {
    var removed: [HookName] = []
    var chores: [Chore] = []
    for hook in hooks {
      var wasIn = try takeOutFiles(of: hook)
      if try repository.setting("hook.\(HookSetup.settingsName(hook)).command") != nil {
        try await git(["config", "--local", "--remove-section", "hook.\(HookSetup.settingsName(hook))"])
        wasIn = true
      }
      try Files.remove(script(of: hook), effects: effects)
      if wasIn { removed.append(hook) }
      if case .manager(let manager) = try place(of: hook), let top = repository.workingDirectory,
        try manager.calls(hook, in: top)
      {
        chores.append(Chore(hook, manager, in: top))
      }
    }
    try Files.removeEmptyFolder(scriptFolder, effects: effects)
    try SeenCommits.forget(in: repository)
    try Approvals(of: workspace).remove(beginning: Config.consentBeginning)
    return (removed, chores)
  }

  package func status(of hook: HookName) throws -> Status {
    switch try place(of: hook) {
    case .settings:
      let name = HookSetup.settingsName(hook)
      guard try repository.setting("hook.\(name).command") != nil else {
        // One that was put into git's folder before git read its configuration still runs.
        return try fileStatus(HookPlace(of: hook, in: workspace, hasSettings: false), hook)
      }
      for switched in [name, hook.rawValue]
      where try repository.setting("hook.\(switched).enabled")?.lowercased() == "false" {
        return .idle("hook.\(switched).enabled is false")
      }
      let events = try repository.settings(matching: "^hook\\.\(name)\\.event$").map(\.value)
      guard events == [hook.rawValue], try repository.setting("hook.\(name).command") == command(of: hook)
      else {
        return .idle("somebody changed the settings of hook.\(name)")
      }
      guard Files.isExecutable(script(of: hook)) else {
        return .idle("\(script(of: hook)) is gone, or not executable")
      }
      return .inForce("git's configuration")
    case let place: return try fileStatus(place, hook)
    }
  }

  private func fileStatus(_ place: HookPlace, _ hook: HookName) throws -> Status {
    switch place {
    case .settings: return .missing
    case .file(let file), .behindPreCommit(let file):
      guard try file.isOurs else { return try strayFile(of: hook) ?? .missing }
      guard Files.isExecutable(file.path) else { return .idle("\(file.path) is not executable") }
      return .inForce(file.path)
    case .manager(let manager):
      if let chore = try chore(hook, manager) { return try strayFile(of: hook) ?? .chore(chore) }
      return .inForce("\(manager.name), by \(manager.file(for: hook, in: repository.workingDirectory ?? ""))")
    }
  }

  /// A hook of ours that was put somewhere and is not called from there any more; nil where there is none.
  private func strayFile(of hook: HookName) throws -> Status? {
    if !hasSettings, try repository.setting("hook.\(HookSetup.settingsName(hook)).command") != nil {
      return .idle("this git reads no hooks from its configuration")
    }
    for file in try ownFiles(of: hook) where try file.isOurs {
      return .idle("git does not call \(file.path)")
    }
    return nil
  }

  /// Every place a file of ours may be in: other programs move what they find, `core.hooksPath` changes.
  private func ownFiles(of hook: HookName) throws -> [HookFile] {
    var folders = [repository.commonDirectory + "/hooks"]
    do {
      if case .own(let folder) = try HookFolder(of: workspace), folder != folders[0] {
        folders.append(folder)
      }
    } catch let error as PairError where error.kind == .unsupported {
      // Hooks that all repositories share are not ours to look at.
    }
    return folders.flatMap { folder in
      ["", ".legacy", ".old"].map { HookFile(hook: hook, ending: $0, folder: folder, effects: effects) }
    }
  }

  /// Returns whether one of ours was there.
  @discardableResult
  private func takeOutFiles(of hook: HookName) throws -> Bool {
    var wasThere = false
    for file in try ownFiles(of: hook) where try file.uninstall() { wasThere = true }
    return wasThere
  }

  private func installInSettings(_ hook: HookName, _ script: String) async throws {
    let path = self.script(of: hook)
    try Files.makeFolder(scriptFolder, effects: effects)
    try AtomicFile.replace(path, with: Array(script.utf8), mode: 0o755, effects: effects)
    let section = "hook.\(HookSetup.settingsName(hook))"
    let command = command(of: hook)
    if try repository.setting(section + ".command") == command,
      try repository.setting(section + ".event") == hook.rawValue
    {
      return
    }
    // The command first: git dies of a hook without one.
    try await git(["config", "--local", "--replace-all", section + ".command", command])
    try await git(["config", "--local", "--replace-all", section + ".event", hook.rawValue])
  }

  /// What git hands to a shell.
  private func command(of hook: HookName) -> String { "'\(HookScripts.quoted(script(of: hook)))'" }

  private func git(_ arguments: [String]) async throws {
    try await workspace.git.run(arguments, at: .init(gitDirectory: repository.commonDirectory))
  }

  private var scriptFolder: String { repository.stateFolder + "/hooks" }
  private func script(of hook: HookName) -> String { scriptFolder + "/" + hook.rawValue }

  /// Not the hook's own name: git refuses that.
  private static func settingsName(_ hook: HookName) -> String { "bpsai-pair-" + hook.rawValue }

  /// What is left to do for `hook`; nil where its manager's file has our call already.
  private func chore(_ hook: HookName, _ manager: HookManager) throws -> Chore? {
    guard let top = repository.workingDirectory, try !manager.calls(hook, in: top) else { return nil }
    return Chore(hook, manager, in: top)
  }
}

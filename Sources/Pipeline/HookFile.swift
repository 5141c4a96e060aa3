import Host
import Git
import PairCore

/// One of git's hook files, and a hook that stood there before ours (githooks(5)).
public struct HookFile: Sendable {
  public enum Event: String, Sendable {
    case postCommit = "post-commit"
  }

  private let folder: String
  private let event: Event
  private let effects: EffectDoor

  /// - Throws: `PairError` of kind `unsupported` when hooks come out of the working tree, where an agent
  ///   could rewrite them, or out of a folder that other repositories use, too.
  public init(_ event: Event, in workspace: borrowing Workspace) throws {
    let own = workspace.repository.commonDirectory + "/hooks"
    if let configured = try workspace.repository.setting("core.hooksPath") {
      let home = workspace.surroundings.environment["HOME"] ?? ""
      let path = configured.hasPrefix("~/") ? home + configured.dropFirst() : configured
      let top = workspace.repository.workingDirectory
      guard path.hasPrefix("/"), path == own || top.map({ !path.hasPrefix($0 + "/") }) ?? true else {
        throw PairError(
          .unsupported,
          "git takes its hooks from \(configured), inside the working tree, where an agent could rewrite ours",
          hint:
            "Add this line to the \(event.rawValue) hook of your hook manager: bpsai-pair hook \(event.rawValue) || :"
        )
      }
      guard try workspace.repository.hasOwnSetting("core.hooksPath") else {
        throw PairError(
          .unsupported,
          "git takes its hooks from \(configured) for all your repositories, and ours would run in each of them",
          hint: "Give this one hooks of its own: git config core.hooksPath '\(own)'")
      }
      folder = path
    } else {
      folder = own
    }
    self.event = event
    self.effects = workspace.surroundings.effects
  }

  private var path: String { folder + "/" + event.rawValue }
  /// In a folder of its own, since a hook finds out by its name which one it is.
  private var folderBefore: String { folder + "/before-bpsai-pair" }
  private var before: String { folderBefore + "/" + event.rawValue }
  private static let mark = "# bpsai-pair: routes the tasks"

  /// Puts our script there, keeping a foreign one to run first. Returns what was done.
  public func install(template: String, program: String) throws -> String {
    let quoted = program.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    let script = template.split(separator: "@BPSAI_PAIR@", omittingEmptySubsequences: false).joined(
      separator: quoted)
    let existing = try Files.read(path)
    let isOurs = existing.map(isOurs) ?? false
    let isTaken = Files.kind(of: path) != nil  // A dangling link reads as nothing, and is somebody's.
    if isTaken, !isOurs {
      guard Files.kind(of: before) == nil else {
        throw PairError(
          .unsupported, "both \(path) and \(before) exist, and the first is not ours",
          hint: "Look at both and move one away.")
      }
      try Files.makeFolder(folderBefore, effects: effects)
      try Files.rename(path, to: before, effects: effects)
    }
    try Files.makeFolder(folder, effects: effects)
    try Files.replace(path, with: Array(script.utf8), mode: 0o755, effects: effects)
    return !isTaken || isOurs
      ? "Installed \(path)." : "Installed \(path); the hook that stood there runs first, from \(before)."
  }

  /// Removes our script and puts back what stood there. Returns what was done.
  public func uninstall() throws -> String {
    guard let existing = try Files.read(path), isOurs(existing) else {
      return "No hook of ours is installed at \(path)."
    }
    if Files.kind(of: before) != nil {
      try Files.rename(before, to: path, effects: effects)
      try Files.removeEmptyFolder(folderBefore, effects: effects)
      return "Put back the hook that stood at \(path)."
    }
    try Files.remove(path, effects: effects)
    return "Removed \(path)."
  }

  private func isOurs(_ bytes: [UInt8]) -> Bool {
    String(decoding: bytes, as: UTF8.self).contains(HookFile.mark)
  }
}

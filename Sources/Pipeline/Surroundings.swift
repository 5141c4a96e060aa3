public import PairCore

/// What a command gets from the world around it, so that nothing deeper reads a clock, the environment
/// or the terminal.
public struct Surroundings: Sendable {
  public let environment: [String: String]
  /// The folder that the command was started in.
  public let folder: String
  /// Absolute path of this program, which supervises what it starts.
  public let program: String
  public let host: String
  public let processID: Int
  public let isRoot: Bool
  public let now: @Sendable () -> Timestamp
  public let random: @Sendable () -> UInt64
  public let effects: EffectDoor
  /// Tells the person who waits, one line at a time.
  public let say: @Sendable (String) -> Void

  public init(
    environment: [String: String], folder: String, program: String, host: String, processID: Int,
    isRoot: Bool,
    now: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> UInt64,
    effects: EffectDoor, say: @escaping @Sendable (String) -> Void
  ) {
    self.environment = environment
    self.folder = folder
    self.program = program
    self.host = host
    self.processID = processID
    self.isRoot = isRoot
    self.now = now
    self.random = random
    self.effects = effects
    self.say = say
  }

  /// The same, with another way to tell what goes on.
  public func saying(_ say: @escaping @Sendable (String) -> Void) -> Surroundings {
    Surroundings(
      environment: environment, folder: folder, program: program, host: host, processID: processID,
      isRoot: isRoot, now: now, random: random, effects: effects, say: say)
  }

  /// The folder for what must lie outside every repository: approvals and worktrees (XDG Base
  /// Directory Specification: `$XDG_STATE_HOME`, else `~/.local/state`).
  ///
  /// - Throws: `PairError` when neither is an absolute path.
  public func requireStateFolder() throws(PairError) -> String {
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/bpsai-pair" }
    if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/state/bpsai-pair" }
    throw PairError(
      .unsupported, "no place for worktrees and approvals: neither XDG_STATE_HOME nor HOME is set",
      hint: "Set one of them to an absolute path.")
  }
}

package import PairCore

/// What a command gets from the world: nothing deeper reads a clock, the environment or the terminal.
package struct ProcessContext: Sendable {
  package let environment: [String: String]
  /// The folder that the command was started in.
  package let folder: String
  /// Absolute path of this program, which supervises what it starts.
  package let program: String
  package let host: String
  package let processID: Int
  package let isRoot: Bool
  package let now: @Sendable () -> Timestamp
  package let random: @Sendable () -> UInt64
  package let effects: EffectDoor
  /// Whether a person waits at a terminal.
  package var isAttended = false
  /// Hears of each walk of a log and each parsing of a file.
  package var reads = ReadCounter.none
  /// Tells the person who waits, one line at a time.
  package private(set) var say: @Sendable (String) -> Void

  package init(
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
  package func saying(_ say: @escaping @Sendable (String) -> Void) -> ProcessContext {
    var own = self
    own.say = say
    return own
  }

  /// Names this process in the leases, locks and reservations that it takes.
  var holder: String { "process \(processID) on \(host) since \(now())" }

  /// The folder for what must lie outside every repository (XDG Base Directory Specification:
  /// `$XDG_STATE_HOME`, else `~/.local/state`); throws `unsupported` when neither is an absolute path.
  package func requireStateFolder() throws(PairError) -> String {
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/bpsai-pair" }
    if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/state/bpsai-pair" }
    throw PairError(
      .unsupported, "no place for worktrees and approvals: neither XDG_STATE_HOME nor HOME is set",
      hint: "Set one of them to an absolute path.")
  }
}

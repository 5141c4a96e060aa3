package import PairCore

/// How one kind of agent is called, read and judged.
package protocol AgentAdapter: Sendable {
  var name: AgentName { get }
  /// What its program may be called on PATH, best first.
  var programNames: [String] { get }
  /// The agent's name as a result commit's author and in its `Co-Authored-By` trailer.
  var authorName: String { get }
  /// The version that the adapter was tried with; nil where it was written from documentation alone.
  var testedVersion: String? { get }
  /// How long it may say nothing before it counts as stalled; nil where silence is usual.
  var quietLimit: Duration? { get }
  /// Files of a repository whose commands the agent would run whatever it is told.
  var commandFiles: [String] { get }

  /// What `mode` means: the one table for the agent's permissions.
  func flags(for mode: RunMode) -> ModeFlags

  /// What `mode` means within walls of ours.
  func flags(for request: AgentRequest) -> ModeFlags

  /// Whether it runs commands within a bwrap(1) of its own, which does not start within Landlock.
  var bringsBwrap: Bool { get }

  /// Folders outside its own that it makes when they are not there, which walls would deny.
  var foldersOutside: [String] { get }

  /// The hosts that it needs, as `SandboxRules` has them; nil where they are not known.
  func hosts(_ environment: [String: String]) -> [String]?

  /// The variables of the environment with a key that is all it needs, best first.
  var keyVariables: [String] { get }
  /// Where it keeps its login and its settings; nil for an agent that cannot be given a private one.
  var configuration: ConfigurationFolder? { get }
  /// What it prints on standard error when the session to continue is gone; nil where none is continued.
  var goneSession: String? { get }

  /// The login that it keeps itself. Reads files, and asks nobody.
  func keptLogin(_ environment: [String: String]) -> AgentLogin

  /// Whether the user's home holds a login or settings that a private home would hide.
  func hasOwnSetUp(_ environment: [String: String]) -> Bool

  /// The command that carries out `request`. Reads and changes nothing.
  func command(for request: AgentRequest) -> AgentCommand

  /// A reader for the standard output of one run, which continues `session` where there is one.
  func makeReader(resuming session: AgentSession?) -> any AgentEventReader

  /// What the agent left beside its output, which said `report`, as events: in the last lines of `stderr`, in
  /// files of its own. Asked once its process has ended.
  func aftermath(
    of report: AgentReport, resuming session: AgentSession?, environment: [String: String], stderr: [String]
  ) -> [AgentEvent]

  /// Whether it tells what it uses. Of one that does not, the estimate has to do.
  var tellsUsage: Bool { get }

  /// What the run has used up to now, of an agent whose output does not tell while it works; nil where it does,
  /// or nothing is known. Reads files, and asks nobody.
  func usageSoFar(
    of report: AgentReport, resuming session: AgentSession?, environment: [String: String]
  ) -> (usage: Usage, model: String?)?

  /// Why the run failed, by what output and aftermath say; nil when the agent ended well. An exit status of 0
  /// alone proves nothing: the agent must have said that it finished. What it did, the worktree tells.
  func failure(exit: AgentExit, report: AgentReport, stderrTail: String) -> Failure?
}

extension AgentAdapter {
  /// Longer than any one command that the agents let run, and than any one request of theirs that goes well.
  package var quietLimit: Duration? { .seconds(30 * 60) }

  package func flags(for request: AgentRequest) -> ModeFlags { flags(for: request.mode) }

  package var bringsBwrap: Bool { false }

  package var foldersOutside: [String] { [] }

  package func hosts(_ environment: [String: String]) -> [String]? { nil }

  package var configuration: ConfigurationFolder? { nil }

  package var goneSession: String? { nil }

  /// None: what a repository brings can be switched off.
  package var commandFiles: [String] { [] }

  package var tellsUsage: Bool { true }

  /// Nothing: its output tells.
  package func usageSoFar(
    of report: AgentReport, resuming session: AgentSession?, environment: [String: String]
  ) -> (usage: Usage, model: String?)? { nil }

  package func failure(exit: AgentExit, report: AgentReport, stderrTail: String) -> Failure? {
    failureOfEventStream(exit: exit, report: report, stderrTail: stderrTail)
  }

  /// Nothing: all is in the output.
  package func aftermath(
    of report: AgentReport, resuming session: AgentSession?, environment: [String: String], stderr: [String]
  ) -> [AgentEvent] { [] }
}

/// Turns an agent's output into events, line by line. A value per run: later lines refer to earlier ones.
package protocol AgentEventReader: Sendable {
  /// What `line`, without its line feed, says; empty when that is nothing of interest.
  mutating func read(line: [UInt8]) -> [AgentEvent]
}

/// Reads output of which each line is a JSON document.
protocol JSONEventReader: AgentEventReader {
  mutating func read(_ event: JSONValue) -> [AgentEvent]
}

extension AgentEvent {
  /// What claude and cursor print first.
  init(started event: JSONValue) {
    self = .started(
      session: event["session_id"].string, model: event["model"].string,
      permissionMode: event["permissionMode"].string)
  }

  /// The message that `text` is; none for what is no text or a blank one.
  static func messages(_ text: JSONValue) -> [AgentEvent] {
    text.string.map { $0.trimmed.isEmpty ? [] : [.message($0)] } ?? []
  }
}

extension JSONEventReader {
  package mutating func read(line: [UInt8]) -> [AgentEvent] {
    let isBlank = line.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    return isBlank ? [] : JSONValue(line: line).map { read($0) } ?? [.unknown(type: "not JSON")]
  }
}

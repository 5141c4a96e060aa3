import ArgumentParser
import Host
import PairCore

/// What this program starts beside every agent; see `Supervisor`.
struct Supervise: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run one program and end all that it started.", shouldDisplay: false)

  @Argument var inputPath: String
  @Option var mark: String?
  @Option var controlGroup: String?
  /// The words of a `Sandbox`; none where there is none.
  @Option var wall: [String] = []
  @Argument(parsing: .postTerminator) var command: [String]

  func run() throws {
    if command.isEmpty { throw ValidationError("There is no program to run.") }
    let sandbox = Sandbox(words: wall)
    if sandbox == nil { throw ValidationError("There is no such wall.") }
    throw Ended(
      status: try Supervisor.run(
        command, inputPath: inputPath, mark: mark, group: controlGroup.map { ControlGroup(path: $0) },
        sandbox: wall.isEmpty ? nil : sandbox))
  }
}

/// What ends the git commands of a process that was killed; see `ChildGuard`.
struct EndGit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "end-git", abstract: "End the git commands that a killed process left.", shouldDisplay: false
  )

  @Argument var mark: String
  @Argument var session: Int32

  func run() throws { _ = ProcessTraces(ofGit: mark, in: session).killAll() }
}

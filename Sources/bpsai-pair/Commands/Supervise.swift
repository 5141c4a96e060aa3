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
  @Argument(parsing: .postTerminator) var command: [String]

  func run() throws {
    guard let program = command.first else { throw ValidationError("There is no program to run.") }
    throw Ended(
      status: try Supervisor.run(
        program, Array(command.dropFirst()), inputPath: inputPath, mark: mark,
        group: controlGroup.map { ControlGroup(path: $0) }))
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

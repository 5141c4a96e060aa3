/// One agent process, ready to be started.
public struct AgentCommand: Hashable, Sendable {
  /// A file that the agent is given.
  public struct File: Hashable, Sendable {
    /// Relative to the run's folder.
    public let path: String
    public let contents: String

    public init(path: String, contents: String) {
      self.path = path
      self.contents = contents
    }
  }

  public let program: String
  /// Without the program's name.
  public let arguments: [String]
  /// The whole environment; nothing is inherited beyond it.
  public let environment: [String: String]
  public let workingDirectory: String
  /// Written to a file, which the agent reads as its standard input.
  public let standardInput: [UInt8]
  /// Folders to make before the start, relative to the run's folder.
  public let folders: [String]
  /// Files to write before the start, after the folders.
  public let files: [File]

  public init(
    program: String, arguments: [String], environment: [String: String], workingDirectory: String,
    standardInput: [UInt8], folders: [String] = [], files: [File] = []
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.standardInput = standardInput
    self.folders = folders
    self.files = files
  }
}

/// One agent process, ready to be started.
package struct AgentCommand: Hashable, Sendable {
  /// A file that the agent is given.
  package struct File: Hashable, Sendable {
    /// Relative to the run's folder.
    package let path: String
    package let contents: String

    package init(path: String, contents: String) {
      self.path = path
      self.contents = contents
    }
  }

  package let program: String
  /// Without the program's name.
  package let arguments: [String]
  /// The whole environment; nothing is inherited beyond it.
  package let environment: [String: String]
  package let workingDirectory: String
  /// Written to a file, which the agent reads as its standard input.
  package let standardInput: [UInt8]
  /// Folders to make before the start, relative to the run's folder.
  package let folders: [String]
  /// Files to write before the start, after the folders.
  package let files: [File]

  package init(
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

/// One agent process, ready to be started.
package struct AgentCommand: Hashable, Sendable {
  /// A file that the agent is given.
  package struct File: Hashable, Sendable {
    /// Relative to the run's folder.
    package let path: String
    package let contents: String
  }

  package internal(set) var program: String
  /// Without the program's name.
  package internal(set) var arguments: [String]
  /// The whole environment; nothing is inherited beyond it.
  package internal(set) var environment: [String: String]
  package let workingDirectory: String
  /// Written to a file, which the agent reads as its standard input.
  package let standardInput: [UInt8]
  /// Folders to make before the start, relative to the run's folder.
  package let folders: [String]
  /// Files to write before the start, after the folders.
  package let files: [File]

  /// Puts the TMPDIR into `environment`. Without `input`, the agent reads the prompt.
  init(
    for request: AgentRequest, _ arguments: [String], _ environment: [String: String],
    input: [UInt8]? = nil, folders: [String] = [AgentRequest.temporary], files: [File] = []
  ) {
    program = request.program
    self.arguments = arguments
    self.environment = environment.merging(["TMPDIR": request.temporaryFolder]) { $1 }
    workingDirectory = request.worktree
    standardInput = input ?? Array(request.prompt.utf8)
    self.folders = folders
    self.files = files
  }
}

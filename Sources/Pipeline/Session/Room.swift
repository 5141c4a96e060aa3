import AgentRuns
import Git
package import PairCore

/// A part of the pipeline: what it does on one workspace. Each calls those below it (docs/architecture.md).
protocol Room {
  var workspace: Workspace { get }
}

/// A room that holds nothing but the workspace.
package class StatelessRoom: Room {
  package let workspace: Workspace

  package init(_ workspace: Workspace) { self.workspace = workspace }
}

/// A room for one task.
package class TaskRoom: StatelessRoom {
  let task: TaskID

  package init(of task: TaskID, in workspace: Workspace) {
    self.task = task
    super.init(workspace)
  }
}

extension Room {
  var repository: Repository { _read { yield workspace.repository } }
  var process: ProcessContext { workspace.process }

  var credentials: Redaction { workspace.credentials }

  func say(_ line: String) { workspace.process.say(line) }

  func newRun() -> RunID { RunID(start: process.now(), random: process.random()) }
}

/// Calls `work` and then `cleanUp`, also where `work` throws.
func cleaningUp<Value>(
  _ cleanUp: () throws -> Void, after work: () async throws -> Value
) async throws -> Value {
  do {
    let value = try await work()
    try cleanUp()
    return value
  } catch {
    try cleanUp()
    throw error
  }
}

extension Workspace {
  /// Hides the credentials that may not get into a commit, nor into what is kept or shown.
  var credentials: Redaction { Redaction(environment: process.environment) }
}

extension Error {
  /// What went wrong, in words for a person.
  var words: String {
    switch self {
    case let error as PairError: error.message
    case let error as GitError: error.message
    default: "\(self)"
    }
  }
}

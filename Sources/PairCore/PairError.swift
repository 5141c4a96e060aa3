/// What went wrong, in words for a person: what was tried, on what, why it failed, and what to do next.
package struct PairError: Error, Hashable, Sendable {
  /// What kind of failure it is; the command line maps each to one exit code.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The command was called wrongly.
    case usage
    /// A task, plan or configuration file, or a value out of one, is invalid.
    case invalidInput
    /// No agent can take the task.
    case noAgent
    /// A fault of this program or of the machine under it.
    case `internal`
    /// Somebody else holds what is needed; the same call may succeed later.
    case tryLater
    /// A command line out of the repository has not been approved.
    case notApproved
    /// The repository or its state is one that this command does not work on.
    case unsupported
    /// A run failed or a review blocks.
    case failed
  }

  /// What stands in the way, where a batch of tasks goes on in another way because of it.
  package enum Obstacle: Hashable, Sendable {
    /// Another process works on the task.
    case busyTask
    /// The project is at fault: its other tasks would fail in the same way.
    case project
    /// The disk is full, or fails.
    case disk
  }

  package let kind: Kind
  package let message: String
  package let hint: String?
  package let location: SourceLocation?
  /// Nil where it is nothing but the failure of one task.
  package let obstacle: Obstacle?

  package init(
    _ kind: Kind, _ message: String, at location: SourceLocation? = nil, hint: String? = nil,
    obstacle: Obstacle? = nil
  ) {
    self.kind = kind
    self.message = message
    self.location = location
    self.hint = hint
    self.obstacle = obstacle
  }

  package var located: String { (location.map { "\($0): " } ?? "") + message }
}

/// A place in a file that people write. Lines and columns count from one.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  package let file: String
  package let line: Int?
  package let column: Int?

  package init(file: String, line: Int? = nil, column: Int? = nil) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`, the form that editors open.
  package var description: String {
    let numbers = [line, line == nil ? nil : column].compactMap { $0 }
    return file.escapedForTerminal(limit: 300) + numbers.map { ":\($0)" }.joined()
  }
}

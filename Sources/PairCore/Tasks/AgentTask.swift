/// A task as its author wrote it, read from one Markdown file.
package struct AgentTask: Hashable, Sendable {
  package let id: TaskID
  package let title: String
  /// Where its text was read.
  package let source: TaskSource
  package let metadata: TaskMetadata
  /// Headings with what stands under them, in the file's order.
  package let sections: [TaskSection]
  package let acceptanceCriteria: [AcceptanceCriterion]
  /// Paths and globs listed under "Files to Create/Modify" or a heading like it.
  package let declaredFiles: [String]
  /// Paths in backticks anywhere else outside code fences.
  package let mentionedPaths: [String]
  /// The shell text of its ```` ```sh recipe ```` block: work that needs no model.
  package let recipe: String?
  /// Those of `metadata.dependsOn` that its prose alone names: what looks like an id may be none.
  package let dependenciesInProse: [String]
  /// The whole file.
  package let text: String

  package init(
    id: TaskID, title: String, source: TaskSource, metadata: TaskMetadata = TaskMetadata(),
    sections: [TaskSection] = [], acceptanceCriteria: [AcceptanceCriterion] = [],
    declaredFiles: [String] = [], mentionedPaths: [String] = [], recipe: String? = nil,
    dependenciesInProse: [String] = [], text: String
  ) {
    self.id = id
    self.title = title
    self.source = source
    self.metadata = metadata
    self.sections = sections
    self.acceptanceCriteria = acceptanceCriteria
    self.declaredFiles = declaredFiles
    self.mentionedPaths = mentionedPaths
    self.recipe = recipe
    self.dependenciesInProse = dependenciesInProse
    self.text = text
  }
}

/// The file that a task was read from.
package struct TaskSource: Hashable, Sendable, Codable {
  /// Relative to the top of the repository, with `/`.
  package let path: String
  /// The blob id of the bytes that were read, whether or not git stores them yet.
  package let blob: ObjectID

  package init(path: String, blob: ObjectID) {
    self.path = path
    self.blob = blob
  }
}

/// The fields that a task's head states, as written; nil or empty where it states nothing.
package struct TaskMetadata: Hashable, Sendable, Codable {
  package enum Format: String, Hashable, Sendable, Codable {
    /// YAML between `---` lines.
    case frontMatter
    /// A bullet list under "## Metadata".
    case bullets
  }

  package var format: Format = .frontMatter
  package var type: String?
  package var priority: String?
  package var complexity: Int?
  package var effort: String?
  package var status: TaskStatus?
  package var plan: String?
  package var sprint: String?
  package var tags: [String] = []
  package var dependsOn: [String] = []
  /// Agents that the task's own `agent:` key allows; empty when it names none.
  package var agents: [String] = []
  /// Capabilities that the task's own `requires:` key demands of an agent.
  package var requires: [String] = []
  /// The workflow that carries the task out; nil where one agent does.
  package var workflow: String?

  package init() {}
}

/// One heading and the text below it, up to the next heading of the same or a higher level.
package struct TaskSection: Hashable, Sendable {
  package let level: Int
  package let heading: String
  /// Counts from one.
  package let line: Int
  package let body: String

  package init(level: Int, heading: String, line: Int, body: String) {
    self.level = level
    self.heading = heading
    self.line = line
    self.body = body
  }
}

/// A checkbox under "Acceptance Criteria".
package struct AcceptanceCriterion: Hashable, Sendable, Codable {
  package let text: String
  package let isTicked: Bool

  package init(text: String, isTicked: Bool) {
    self.text = text
    self.isTicked = isTicked
  }
}

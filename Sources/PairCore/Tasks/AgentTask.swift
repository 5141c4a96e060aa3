/// A task as its author wrote it, read from one Markdown file.
public struct AgentTask: Hashable, Sendable {
  public let id: TaskID
  public let title: String
  /// Where its text was read.
  public let source: TaskSource
  public let metadata: TaskMetadata
  /// Headings with what stands under them, in the file's order.
  public let sections: [TaskSection]
  public let acceptanceCriteria: [AcceptanceCriterion]
  /// Paths and globs listed under "Files to Create/Modify" or a heading like it.
  public let declaredFiles: [String]
  /// Paths in backticks anywhere else outside code fences.
  public let mentionedPaths: [String]
  /// The shell text of its ```` ```sh recipe ```` block: work that needs no model.
  public let recipe: String?
  /// Those of `metadata.dependsOn` that its prose alone names: what looks like an id may be none.
  public let dependenciesInProse: [String]
  /// The whole file.
  public let text: String

  public init(
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
public struct TaskSource: Hashable, Sendable, Codable {
  /// Relative to the top of the repository, with `/`.
  public let path: String
  /// The blob id of the bytes that were read, whether or not git stores them yet.
  public let blob: ObjectID

  public init(path: String, blob: ObjectID) {
    self.path = path
    self.blob = blob
  }
}

/// The fields that a task's head states, as written; nil or empty where it states nothing.
public struct TaskMetadata: Hashable, Sendable, Codable {
  public enum Format: String, Hashable, Sendable, Codable {
    /// YAML between `---` lines.
    case frontMatter
    /// A bullet list under "## Metadata".
    case bullets
  }

  public var format: Format = .frontMatter
  public var type: String?
  public var priority: String?
  public var complexity: Int?
  public var effort: String?
  public var status: TaskStatus?
  public var plan: String?
  public var sprint: String?
  public var tags: [String] = []
  public var dependsOn: [String] = []
  /// Agents that the task's own `agent:` key allows; empty when it names none.
  public var agents: [String] = []
  /// Capabilities that the task's own `requires:` key demands of an agent.
  public var requires: [String] = []
  /// The workflow that carries the task out; nil where one agent does.
  public var workflow: String?

  public init() {}
}

/// One heading and the text below it, up to the next heading of the same or a higher level.
public struct TaskSection: Hashable, Sendable {
  public let level: Int
  public let heading: String
  /// Counts from one.
  public let line: Int
  public let body: String

  public init(level: Int, heading: String, line: Int, body: String) {
    self.level = level
    self.heading = heading
    self.line = line
    self.body = body
  }
}

/// A checkbox under "Acceptance Criteria".
public struct AcceptanceCriterion: Hashable, Sendable, Codable {
  public let text: String
  public let isTicked: Bool

  public init(text: String, isTicked: Bool) {
    self.text = text
    self.isTicked = isTicked
  }
}

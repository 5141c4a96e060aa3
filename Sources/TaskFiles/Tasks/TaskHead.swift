import PairCore

/// What the head of a task file states.
struct TaskHead {
  let id: TaskID
  let title: String?
  let metadata: TaskMetadata
}

extension TaskHead {
  /// Reads the head of a task whose file begins with YAML. Keys that it does not know are left alone.
  init(_ frontMatter: FrontMatter, of source: SourceText) throws(PairError) {
    let node = try frontMatter.load(from: source)
    guard let idNode = node["id"] else {
      throw TaskHead.missingID(at: source.location(line: frontMatter.openingLine))
    }
    let id = try TaskHead.id(try idNode.requireText("id"), at: idNode.location)

    var metadata = TaskMetadata()
    metadata.format = .frontMatter
    metadata.type = try node.string("type")
    metadata.priority = try node.string("priority").map(TaskHead.priority)
    let complexity = try node.string("complexity")
    metadata.complexity = try TaskHead.complexity(
      complexity, stated: complexity, at: node["complexity"]?.location)
    metadata.effort = try node.string("effort")
    metadata.status = try node.string("status").map { TaskStatus($0) }
    metadata.plan = try node.string("plan")
    metadata.sprint = try node.string("sprint")
    metadata.tags = try node.strings("tags")
    metadata.dependsOn = try TaskHead.dependencies(in: node)
    metadata.agents = (try node.strings("agent") + node.strings("agents")).uniqued
    metadata.requires = try node.strings("requires")
    metadata.workflow = try TaskHead.workflow(try node.string("workflow"), at: node["workflow"]?.location)
    self.init(id: id, title: try node.string("title"), metadata: metadata)
  }

  private static func dependencies(in node: YAMLNode) throws(PairError) -> [String] {
    guard let value = node["depends_on"] else { return [] }
    var ids: [String] = []
    for text in try node.strings("depends_on") where !text.saysNone {
      // A text that is no id as a whole is read for the ids in it.
      let found = (try? TaskID(text)) != nil ? [text] : text.mentionedTaskIDs(room: max(0, 1000 - ids.count))
      if found.isEmpty {
        throw PairError(
          .invalidInput, "'\(text.escapedForTerminal(limit: 60))' under 'depends_on' is no task id",
          at: value.location, hint: "List the ids of tasks: depends_on: [TASK-025, TASK-026].")
      }
      ids += found
    }
    return ids
  }

  /// `2` means P2, as do `p2` and `medium`.
  static func priority(_ text: String) -> String {
    if let known = prioritiesInWords[text.lowercased()] { return known }
    let digits = text.lowercased().hasPrefix("p") ? text.dropFirst() : text[...]
    return digits.count == 1 && digits.allSatisfy(\.isASCIIDigit) ? "P" + digits : text
  }

  private static let prioritiesInWords = [
    "critical": "P0", "urgent": "P0", "highest": "P0", "high": "P1", "medium": "P2", "normal": "P2",
    "low": "P3", "lowest": "P3",
  ]

  static func id(_ text: String, at location: SourceLocation) throws(PairError) -> TaskID {
    do { return try TaskID(text) } catch { throw error.at(location) }
  }

  /// The name of a workflow: that of a file, so no path.
  static func workflow(_ name: String?, at location: SourceLocation?) throws(PairError) -> String? {
    guard let name = name?.trimmed, !name.isEmpty else { return nil }
    guard TaskID(rawValue: name) != nil else {
      throw PairError(
        .invalidInput, "'\(name.escapedForTerminal(limit: 60))' is no name of a workflow", at: location,
        hint: "Name a file of \(WorkflowFile.folder)/ without its ending: 'workflow: auth'.")
    }
    return name
  }

  static func missingID(at location: SourceLocation) -> PairError {
    PairError(
      .invalidInput, "the task states no id", at: location,
      hint: "Write 'id: TASK-025' into the front matter, or '- **ID**: TASK-025' under '## Metadata'.")
  }

  /// - Parameter stated: `text` as the file has it, with a remark that may stand behind it.
  static func complexity(
    _ text: String?, stated: String?, at location: SourceLocation?
  ) throws(PairError) -> Int? {
    guard let text, let stated else { return nil }
    if let number = Int(text), (0...100).contains(number) { return number }
    throw PairError(
      .invalidInput,
      "the complexity must be a whole number from 0 to 100, not '\(stated.escapedForTerminal(limit: 60))'",
      at: location, hint: "Write it as a number, for example 'complexity: 45'.")
  }

  /// Reads a head without front matter. Without fields, too, the first heading has the id: `# T-2: Title`.
  init(bulletsIn outline: MarkdownOutline, of source: SourceText) throws(PairError) {
    let fields = BulletField.all(in: outline, of: source)
    func field(_ keys: String...) -> BulletField? {
      fields.first { keys.contains($0.key) && !$0.value.isEmpty }
    }
    func text(_ key: String) -> String? { field(key)?.value }
    func plain(_ key: String) -> String? { field(key)?.plainValue(in: source) }
    func place(_ key: String) -> SourceLocation? {
      field(key).map { source.location(ofByte: $0.range.lowerBound) }
    }
    func list(_ keys: String...) -> [String] {
      keys.compactMap(text).flatMap { $0.split(separator: ",").map(\.trimmed) }
        .filter { !$0.isEmpty && !$0.saysNone }.uniqued
    }

    var metadata = TaskMetadata()
    metadata.format = .bullets
    metadata.type = plain("type")
    metadata.priority = plain("priority").map(TaskHead.priority)
    metadata.complexity = try TaskHead.complexity(
      plain("complexity"), stated: text("complexity"), at: place("complexity"))
    metadata.effort = plain("effort")
    metadata.status = plain("status").map { TaskStatus($0) }
    metadata.plan = text("plan")
    metadata.sprint = text("sprint")
    metadata.tags = list("tags")
    metadata.dependsOn = (text("depends_on") ?? text("dependencies") ?? "").mentionedTaskIDs()
    metadata.agents = list("agent", "agents")
    metadata.requires = list("requires")
    metadata.workflow = try TaskHead.workflow(plain("workflow"), at: place("workflow"))
    self.init(
      id: try TaskHead.id(field("id"), in: outline, hasFields: !fields.isEmpty, of: source),
      title: text("title"), metadata: metadata)
  }

  private static func id(
    _ field: BulletField?, in outline: MarkdownOutline, hasFields: Bool, of source: SourceText
  ) throws(PairError) -> TaskID {
    if let field {
      return try id(field.plainValue(in: source), at: source.location(ofByte: field.range.lowerBound))
    }
    if hasFields || outline.metadataHeading != nil {
      throw missingID(at: source.location(line: outline.metadataHeading?.line ?? 1))
    }
    guard let heading = outline.firstH1, let text = TaskTitle.id(in: heading.text) else {
      throw missingID(at: source.location(line: outline.firstH1?.line ?? 1))
    }
    return try id(text, at: source.location(line: heading.line))
  }
}

extension Character {
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

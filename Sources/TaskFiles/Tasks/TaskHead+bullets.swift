import PairCore

extension TaskHead {
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

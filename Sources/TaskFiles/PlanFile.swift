package import PairCore

/// The file of a plan: YAML (`.plan.yaml`), or Markdown with front matter (`.plan.md`).
package enum PlanFile {
  /// Reads a plan; a `path` that ends in `.md` has it in front matter. Unknown keys are left alone.
  ///
  /// - Throws: `PairError` of kind `invalidInput` at what is no valid YAML, of a wrong type, or lacks an id.
  package static func parse(_ bytes: [UInt8], path: String) throws(PairError) -> Plan {
    let source = try SourceText(bytes, path: path)
    let node = try load(source)
    guard let id = try node.string("id") else {
      throw PairError(
        .invalidInput, "the plan states no id", at: node.location, hint: "Add a line such as 'id: my-plan'.")
    }
    var sprints: [Sprint] = []
    for entry in try node.sequence("sprints") { sprints.append(try sprint(entry)) }
    let own = try taskIDs(of: node)
    return Plan(
      id: id, title: try node.string("title") ?? id, path: path, sprints: sprints,
      taskIDs: (sprints.flatMap(\.taskIDs) + own).uniqued)
  }

  private static func load(_ source: SourceText) throws(PairError) -> YAMLNode {
    if !source.path.lowercased().hasSuffix(".md") {
      return try YAMLNode.parseMapping(source, 1..<source.lineCount + 1, "a plan", at: 1)
    }
    guard let frontMatter = try FrontMatter(of: source) else {
      throw PairError(
        .invalidInput, "a plan in Markdown needs front matter", at: source.location(line: 1, column: 1),
        hint: "Begin the file with '---', 'id: my-plan' and '---'.")
    }
    return try frontMatter.load(from: source)
  }

  private static func sprint(_ entry: YAMLNode) throws(PairError) -> Sprint {
    _ = try entry.requireMapping("a sprint")
    guard let id = try entry.string("id") else {
      throw PairError(.invalidInput, "the sprint states no id", at: entry.location)
    }
    let name = try entry.string("name")
    return Sprint(id: id, title: try entry.string("title") ?? name ?? id, taskIDs: try taskIDs(of: entry))
  }

  /// The entries of `tasks:`, each an id or a mapping that holds one.
  private static func taskIDs(of node: YAMLNode) throws(PairError) -> [String] {
    var ids: [String] = []
    for entry in try node.sequence("tasks") where !entry.isNull {
      guard case .mapping = entry.content else {
        ids.append(try entry.requireText("an entry of 'tasks'"))
        continue
      }
      guard let id = try entry.string("id") else {
        throw PairError(
          .invalidInput, "the task states no id", at: entry.location,
          hint: "An entry is an id ('- TASK-025') or a mapping that holds one ('- id: TASK-025').")
      }
      ids.append(id)
    }
    return ids.uniqued
  }
}

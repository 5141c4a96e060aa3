import PairCore

/// The title of a task, which its Markdown may repeat: `# TASK-028: Orchestrator Service`.
struct TaskTitle {
  let text: String
  /// The heading that is the title and heads no part of the task; nil where the file has none.
  let heading: MarkdownBlock?

  /// The stated title; else the heading of level 1 that begins with `id`, the first one, the id itself.
  init(of id: TaskID, stated: String?, in outline: MarkdownOutline) {
    for heading in outline.headings where heading.headingLevel == 1 {
      let named = TaskTitle.split(heading.text).flatMap {
        $0.prefix.lowercased() == id.folded ? $0.rest : nil
      }
      guard named != nil || heading.text == stated else { continue }
      self.text = stated ?? named.flatMap { $0.isEmpty ? nil : $0 } ?? id.text
      self.heading = heading
      return
    }
    self.text = stated ?? outline.firstH1.map(\.text.trimmed) ?? id.text
    self.heading = nil
  }

  /// The id that a heading `ID: title` begins with; nil when what stands there does not look like one.
  static func id(in heading: String) -> String? {
    // A prefix that is no id belongs to the title.
    guard let (prefix, _) = split(heading), prefix.contains(where: \.isAnyNumber),
      prefix.contains(where: \.isAnyLetter), (try? TaskID(prefix)) != nil
    else { return nil }
    return prefix
  }

  /// What stands before and after the first `: ` (or ` - `) of a heading.
  private static func split(_ heading: String) -> (prefix: String, rest: String)? {
    let heading = heading.trimmed
    guard let end = heading.firstIndex(where: { $0 == ":" || $0.isBlank }) else { return nil }
    let rest = heading[end...].trimmed
    guard let sign = rest.first, ":-–—".contains(sign) else { return nil }
    return (String(heading[..<end]), rest.dropFirst().trimmed)
  }
}

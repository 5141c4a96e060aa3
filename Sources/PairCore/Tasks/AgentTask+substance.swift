extension AgentTask {
  /// Whether the work that it asks for differs from what `other` asks for: in more than status and ticks.
  package func differsInSubstance(from other: AgentTask) -> Bool { substance != other.substance }

  private var substance: (String, TaskMetadata, String?, [String]) {
    var metadata = metadata
    metadata.status = nil
    return (title, metadata, recipe, bodyWithoutTicks)
  }

  /// The lines of the text, but for its head, blank ones, and the ticks of checkboxes.
  private var bodyWithoutTicks: [String] {
    let lines = text.split(whereSeparator: \.isNewline)
    if metadata.format == .frontMatter {
      let fences = lines.indices.filter { lines[$0].trimmed == "---" }
      return lines.dropFirst(fences.count > 1 && fences[0] == 0 ? fences[1] + 1 : 0).map(AgentTask.unticked)
    }
    var isInHead = false
    return lines.filter { line in
      if line.hasPrefix("#") { isInHead = line.drop { $0 == "#" }.trimmed.lowercased() == "metadata" }
      return !isInHead || !(line.trimmed.hasPrefix("- **") || line.trimmed.hasPrefix("* **"))
    }.map(AgentTask.unticked)
  }

  private static func unticked(_ line: Substring) -> String {
    let text = String(line).trimmed
    for mark in ["- [x]", "- [X]", "* [x]", "* [X]"] where text.hasPrefix(mark) {
      return text.prefix(2) + "[ ]" + text.dropFirst(mark.count)
    }
    return text
  }
}

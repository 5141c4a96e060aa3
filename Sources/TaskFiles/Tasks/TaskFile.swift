package import PairCore

/// The Markdown file of a task. Its head is YAML front matter, or bullets under "## Metadata".
package enum TaskFile {
  /// Reads the task in the `bytes` with the id `blob`, which stand at `path` from the top of the repository.
  ///
  /// - Throws: `PairError` of kind `invalidInput` where the file is larger than 128 KiB, no UTF-8 or no YAML,
  ///   states no valid id, holds a field of the wrong type, or two recipes.
  package static func parse(_ bytes: [UInt8], path: String, blob: ObjectID) throws(PairError) -> AgentTask {
    let source = try SourceText(bytes, path: path, limitInBytes: SourceText.taskLimitInBytes)
    let frontMatter = try FrontMatter(of: source)
    let outline = MarkdownOutline(of: source, from: frontMatter?.bodyLine ?? 1)
    let head =
      if let frontMatter {
        try TaskHead(frontMatter, of: source)
      } else {
        try TaskHead(bulletsIn: outline, of: source)
      }
    let title = TaskTitle(of: head.id, stated: head.title, in: outline)
    let declared = outline.declaredFiles
    var metadata = head.metadata
    let stated = Set(metadata.dependsOn)
    // Prose may speak of the task itself; a field that names it makes a circle.
    let mentioned = outline.dependencies.filter { $0.lowercased() != head.id.folded }
    metadata.dependsOn = (metadata.dependsOn + mentioned).uniqued
    return AgentTask(
      id: head.id, title: title.text, source: TaskSource(path: path, blob: blob),
      metadata: metadata, sections: outline.sections(in: source),
      acceptanceCriteria: outline.acceptanceCriteria(butNotUnder: title.heading),
      declaredFiles: declared, mentionedPaths: outline.mentionedPaths(besides: declared),
      recipe: try outline.recipe(in: source),
      dependenciesInProse: metadata.dependsOn.filter { !stated.contains($0) }, text: source.text)
  }
}

extension Sequence where Element: Hashable {
  /// The elements without repetitions, each where it stood first.
  var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}

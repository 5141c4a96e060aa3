import PairCore

// What a task's Markdown says below its head.
extension MarkdownOutline {
  /// The checkboxes under "Acceptance Criteria", nested ones included, whatever words the task's `title`
  /// holds.
  func acceptanceCriteria(butNotUnder title: MarkdownBlock?) -> [AcceptanceCriterion] {
    let blocks = blocks { heading in
      let words = heading.headingWords
      return heading.lines != title?.lines
        && zip(words, words.dropFirst()).contains { $0 == "acceptance" && $1 == "criteria" }
    }
    return blocks.compactMap { block in
      block.isTicked.map { AcceptanceCriterion(text: block.sentence, isTicked: $0) }
    }
  }

  /// The ids in items and paragraphs under "Dependencies".
  var dependencies: [String] {
    let blocks = blocks { $0.headingWords == ["dependencies"] || $0.headingWords == ["depends", "on"] }
    return blocks.filter { $0.kind == .item || $0.kind == .paragraph }.map(\.sentence)
      .filter { !$0.saysNone }.joined(separator: "\n").mentionedTaskIDs()
  }

  /// The text of the one fence with the info string `sh recipe`; an error at a second one, or one without an
  /// end.
  func recipe(in source: SourceText) throws(PairError) -> String? {
    let recipes = blocks.filter(\.isRecipe)
    if recipes.count > 1 {
      throw PairError(
        .invalidInput, "a second recipe begins here; the first is in line \(recipes[0].line)",
        at: source.location(line: recipes[1].line), hint: "A task has one recipe: join the two.")
    }
    guard let recipe = recipes.first else { return nil }
    guard recipe.isClosedFence(in: source) else {
      throw PairError(
        .invalidInput, "the recipe's code block never ends", at: source.location(line: recipe.line),
        hint: "End it with a line of the same signs as it begins with.")
    }
    return recipe.text
  }
}

extension MarkdownBlock {
  fileprivate var isRecipe: Bool {
    guard case .fence(let info) = kind else { return false }
    return info.split(whereSeparator: \.isBlank) == ["sh", "recipe"]
  }

  /// Whether the last line of a fence ends it; without one it reaches to the end of the file.
  fileprivate func isClosedFence(in source: SourceText) -> Bool {
    let opening = source.line(line).dropFirst(column - 1)
    let signs = opening.prefix { $0 == opening.first }
    let last = source.line(lines.upperBound).drop { " \t>".utf8.contains($0) }
    return lines.count > 1 && last.starts(with: signs) && last.drop { $0 == opening.first }.isBlank
  }
}

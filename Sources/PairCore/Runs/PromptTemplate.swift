/// The words of a prompt, with placeholders for what differs from task to task (docs/prompts.md).
package struct PromptTemplate: Hashable, Sendable {
  /// What `{{name}}` can stand for.
  package enum Placeholder: String, Hashable, Sendable, CaseIterable {
    case taskID = "task_id"
    case taskPath = "task_path"
    case title
    case task, rules, criteria, checks, notes, handoff, changes

    /// Whether it stands for lines of its own rather than for a few words.
    var isBlock: Bool {
      switch self {
      case .taskID, .taskPath, .title: false
      case .task, .rules, .criteria, .checks, .notes, .handoff, .changes: true
      }
    }
  }

  private enum Piece: Hashable, Sendable {
    case words(String)
    case placeholder(Placeholder)
  }

  /// Lines between empty ones; each line is a list of pieces.
  private let paragraphs: [[[Piece]]]

  /// - Throws: `PairError` of kind `invalidInput`, with its place, for a placeholder that is unknown, not closed or
  ///   not on a line of its own where it has to be, and for a template that leaves out the task.
  package init(_ text: String, path: String) throws(PairError) {
    var paragraphs: [[[Piece]]] = [[]]
    for (index, line) in text.linesByAnyEnd.enumerated() {
      if line.trimmed.isEmpty {
        paragraphs.append([])
      } else {
        let place = SourceLocation(file: path, line: index + 1, column: 1)
        paragraphs[paragraphs.count - 1].append(try PromptTemplate.pieces(of: line, at: place))
      }
    }
    self.paragraphs = paragraphs.filter { !$0.isEmpty }
    guard self.paragraphs.joined().contains([.placeholder(.task)]) else {
      throw PairError(
        .invalidInput, "the template leaves out the task", at: SourceLocation(file: path),
        hint: "Put {{task}} onto a line of its own.")
    }
  }

  private static func pieces(of line: Substring, at start: SourceLocation) throws(PairError) -> [Piece] {
    var pieces: [Piece] = []
    var words = ""
    var rest = line
    while let first = rest.first {
      if rest.hasPrefix("\\{{") {
        words += "{{"
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("{{") {
        let column = line.distance(from: line.startIndex, to: rest.startIndex) + 1
        let place = SourceLocation(file: start.file, line: start.line, column: column)
        let (placeholder, length) = try PromptTemplate.placeholder(at: rest, place)
        if placeholder.isBlock, line.trimmed.count != length {
          throw PairError(
            .invalidInput, "{{\(placeholder.rawValue)}} has to stand on a line of its own", at: place)
        }
        if !words.isEmpty, !placeholder.isBlock { pieces.append(.words(words)) }
        words = ""
        pieces.append(.placeholder(placeholder))
        rest = placeholder.isBlock ? line.suffix(0) : rest.dropFirst(length)
      } else {
        words.append(first)
        rest = rest.dropFirst()
      }
    }
    if !words.isEmpty { pieces.append(.words(words)) }
    return pieces
  }

  /// The placeholder that `text` begins with, and how many characters it has.
  private static func placeholder(
    at text: Substring, _ place: SourceLocation
  ) throws(PairError) -> (Placeholder, length: Int) {
    let inside = text.dropFirst(2).prefix { $0 != "}" && $0 != "{" }
    guard text.dropFirst(2 + inside.count).hasPrefix("}}") else {
      throw PairError(
        .invalidInput, "'{{' opens a placeholder that nothing closes", at: place,
        hint: "Close it with '}}'; for the two braces themselves write '\\{{'.")
    }
    guard let placeholder = Placeholder(rawValue: inside.trimmed) else {
      throw PairError(
        .invalidInput, "there is no placeholder {{\(inside.trimmed.escapedForTerminal(limit: 40))}}",
        at: place,
        hint: "Known: \(Placeholder.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return (placeholder, inside.count + 4)
  }

  /// The template filled in, without the paragraphs of which a placeholder stands for nothing. Values are not
  /// searched for placeholders.
  package func filled(_ value: (Placeholder) -> String) -> String {
    let filled = paragraphs.compactMap { paragraph -> String? in
      var lines: [String] = []
      for line in paragraph {
        var text = ""
        for piece in line {
          switch piece {
          case .words(let words): text += words
          case .placeholder(let placeholder):
            let value = value(placeholder)
            if value.isEmpty { return nil }
            text += value
          }
        }
        lines.append(text)
      }
      return lines.joined(separator: "\n")
    }
    return filled.joined(separator: "\n\n") + "\n"
  }
}

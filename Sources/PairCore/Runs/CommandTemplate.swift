/// The command line of an agent without an adapter, as capabilities.yaml states it. It comes out of the
/// repository, so it runs only after the user approved its exact text.
package struct CommandTemplate: Hashable, Sendable, Codable {
  /// How the agent's standard output reads.
  package enum Output: String, Hashable, Sendable, Codable, CaseIterable {
    /// Words; the last line is the final message.
    case plain
    case claudeStreamJSON = "claude-stream-json"
    case codexJSONL = "codex-jsonl"
  }

  /// What stands for something in a word, and what that is.
  package enum Placeholder: String, Hashable, Sendable, CaseIterable {
    case promptFile = "{prompt_file}"
    case prompt = "{prompt}"
    case worktree = "{worktree}"
    case mode = "{mode}"
    case model = "{model}"
  }

  /// The program, by its name on PATH, and its arguments.
  package let words: [String]
  package let output: Output
  /// The variables that the agent gets although they look like credentials: its own keys.
  package let variables: [String]

  package init(words: [String], output: Output = .plain, variables: [String] = []) {
    self.words = words
    self.output = output
    self.variables = variables
  }

  package var program: String { words.first ?? "" }

  /// Whether the prompt stands in the arguments; else the agent reads it from its standard input.
  package var takesPromptAsArgument: Bool {
    words.contains { $0.holds(Placeholder.promptFile.rawValue) || $0.holds(Placeholder.prompt.rawValue) }
  }

  /// The arguments, filled in. A word with a placeholder that has no value is left out, with the option in front
  /// of it: `--model {model}`.
  package func arguments(_ values: [Placeholder: String]) -> [String] {
    var arguments: [String] = []
    for word in words.dropFirst() {
      var filled = ""
      var rest = word[...]
      var isComplete = true
      while let brace = rest.firstIndex(of: "{") {
        filled += rest[..<brace]
        rest = rest[brace...]
        guard let found = Placeholder.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
          filled += "{"
          rest = rest.dropFirst()
          continue
        }
        if let value = values[found] { filled += value } else { isComplete = false }
        rest = rest.dropFirst(found.rawValue.count)
      }
      if isComplete {
        arguments.append(filled + rest)
      } else if let last = arguments.last, last.hasPrefix("-"), word.hasPrefix("{") {
        arguments.removeLast()
      }
    }
    return arguments
  }

  /// What a person approves: every word, a line each, and the variables.
  package var text: String {
    (words + (variables.isEmpty ? [] : ["with " + variables.joined(separator: ", ")])).joined(separator: "\n")
  }
}

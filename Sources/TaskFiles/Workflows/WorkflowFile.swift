package import PairCore

/// The file of a workflow: YAML with a list of steps under `workflow:`.
package enum WorkflowFile {
  /// Where tasks look for the workflows that they name.
  package static let folder = ".paircoder/workflows"

  /// The files that a workflow called `name` may be in, the first that is there counts.
  package static func paths(of name: String) -> [String] {
    [".yaml", ".workflow.yaml", ".yml"].map { "\(folder)/\(name)\($0)" }
  }

  /// The name of the workflow in the file at `path`: the file's, without its endings.
  package static func name(ofFile path: String) -> String {
    var name = path.split(separator: "/").last.map(String.init) ?? path
    for ending in [".yaml", ".yml", ".workflow"] where name.lowercased().hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    return name
  }

  /// Reads a workflow.
  ///
  /// - Parameters:
  ///   - path: where the bytes come from, relative to the top of the repository.
  ///   - blob: the id of the bytes.
  /// - Throws: `PairError` of kind `invalidInput`, with line and column, where the text is no YAML, a key is
  ///   unknown, missing or of another type, or a step needs what does not stand before it.
  package static func parse(_ bytes: [UInt8], path: String, blob: ObjectID) throws(PairError) -> Workflow {
    let top = SourceLocation(file: path, line: 1, column: 1)
    guard let root = try YAMLNode.parse(bytes, path: path) else { throw empty(at: top) }
    try root.requireKeys(["workflow"], of: "the file of a workflow")
    var steps: [WorkflowStep] = []
    for (index, node) in try root.sequence("workflow").enumerated() {
      let step = try step(node, number: index + 1, after: steps)
      if steps.contains(where: { $0.id == step.id }) {
        throw PairError(
          .invalidInput, "two steps are called '\(step.id)'", at: node["id"]?.location ?? node.location,
          hint: "A step without an 'id' is called by its number.")
      }
      steps.append(step)
    }
    guard !steps.isEmpty else { throw empty(at: root["workflow"]?.location ?? top) }
    return Workflow(name: name(ofFile: path), source: TaskSource(path: path, blob: blob), steps: steps)
  }

  private static func empty(at place: SourceLocation) -> PairError {
    PairError(
      .invalidInput, "the workflow has no steps", at: place,
      hint:
        "List them under 'workflow:', each with 'agent', 'mode' and 'task'; docs/workflows.md has an example."
    )
  }

  private static func step(
    _ node: YAMLNode, number: Int, after earlier: [WorkflowStep]
  ) throws(PairError) -> WorkflowStep {
    try node.requireKeys(
      ["id", "agent", "mode", "task", "output", "needs", "when", "on_failure", "max_rounds"], of: "a step")
    let task = try required("task", of: node)
    let agent = try required("agent", of: node).trimmed
    let (mode, isReview) = try mode(of: node, task: task)
    return WorkflowStep(
      id: try id(of: node) ?? String(number), agent: agent, mode: mode, isReview: isReview, task: task,
      output: try output(of: node, mode), needs: try needs(of: node, among: earlier),
      when: try word("when", of: node) ?? .always, onFailure: try word("on_failure", of: node) ?? .stop,
      maxRounds: try maxRounds(of: node, isReview: isReview), line: node["agent"]?.location.line)
  }

  private static func required(_ key: String, of node: YAMLNode) throws(PairError) -> String {
    guard let text = try node.string(key), !text.trimmed.isEmpty else {
      throw PairError(
        .invalidInput, "the step has no '\(key)'", at: node.location,
        hint: "A step needs 'agent', 'mode' and 'task', and may have an 'output'.")
    }
    return text
  }

  private static func id(of node: YAMLNode) throws(PairError) -> String? {
    guard let value = node["id"] else { return nil }
    let text = try value.requireText("id")
    guard TaskID(rawValue: text) != nil, text.first?.isAnyLetter == true else {
      throw value.mismatch(
        "id", "must begin with a letter and hold letters, digits, '.', '_', '-' alone",
        hint: "Steps without an 'id' are called by their numbers.")
    }
    return text
  }

  /// The mode, and whether the step is a review: one that says so, or a plan whose task reads as a review.
  private static func mode(of node: YAMLNode, task: String) throws(PairError) -> (RunMode, isReview: Bool) {
    let text = try required("mode", of: node).trimmed
    if text == "review" { return (.plan, true) }
    guard let mode = RunMode(rawValue: text) else {
      let known = RunMode.allCases.map(\.rawValue) + ["review"]
      throw (node["mode"] ?? node).mismatch("mode", "must be one of \(known.joined(separator: ", "))")
    }
    return (mode, mode == .plan && TaskType.isReview(task))
  }

  private static func output(of node: YAMLNode, _ mode: RunMode) throws(PairError) -> String? {
    guard let value = node["output"] else { return nil }
    let text = try value.requireText("output")
    guard let path = RepositoryPath.read(text), !path.contains("*"),
      !path.split(separator: "/").contains(where: { $0.lowercased() == ".git" })
    else {
      throw value.mismatch("output", "must be a file or folder relative to the top of the repository")
    }
    if !mode.writes, path.hasSuffix("/") {
      throw value.mismatch(
        "output", "must be a file", hint: "A step in this mode writes nothing but its final message.")
    }
    return path
  }

  private static func needs(of node: YAMLNode, among earlier: [WorkflowStep]) throws(PairError) -> [String] {
    let names = try node.strings("needs").uniqued
    for name in names where !earlier.contains(where: { $0.id == name }) {
      let known = earlier.map(\.id).joined(separator: ", ")
      throw PairError(
        .invalidInput, "no earlier step is called '\(name.escapedForTerminal(limit: 60))'",
        at: node["needs"]?.location,
        hint: known.isEmpty ? "The first step can need nothing." : "Earlier steps: \(known).")
    }
    return names
  }

  private static func maxRounds(of node: YAMLNode, isReview: Bool) throws(PairError) -> Int? {
    guard let value = node["max_rounds"], let number = try node.int("max_rounds") else { return nil }
    guard isReview else {
      throw PairError(
        .invalidInput, "only a review has 'max_rounds'", at: value.location,
        hint: "Say so with 'mode: review', and put the key there.")
    }
    guard (1...10).contains(number) else { throw value.mismatch("max_rounds", "must be from 1 to 10") }
    return number
  }

  private static func word<Word: RawRepresentable & CaseIterable>(
    _ key: String, of node: YAMLNode
  ) throws(PairError) -> Word? where Word.RawValue == String {
    guard let value = node[key] else { return nil }
    guard let word = Word(rawValue: try value.requireText(key)) else {
      let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw value.mismatch(key, "must be one of \(known)")
    }
    return word
  }
}

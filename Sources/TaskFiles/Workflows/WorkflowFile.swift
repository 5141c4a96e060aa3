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

  /// Reads the workflow in the `bytes` with the id `blob`, which stand at `path` from the top of the repository.
  ///
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
    let hint =
      "List them under 'workflow:', each with 'agent', 'mode' and 'task'; docs/workflows.md has an example."
    return PairError(.invalidInput, "the workflow has no steps", at: place, hint: hint)
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
      when: try node.word("when") ?? .always, onFailure: try node.word("on_failure") ?? .stop,
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
    try node.value(
      "id", "must begin with a letter and hold letters, digits, '.', '_', '-' alone",
      hint: "Steps without an 'id' are called by their numbers."
    ) { TaskID(rawValue: $0) != nil && $0.first?.isAnyLetter == true ? $0 : nil }
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
    guard let path = RepositoryPath.read(try value.requireText("output")), !path.contains("*"),
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
    guard let value = node["max_rounds"], try node.int("max_rounds") != nil else { return nil }
    guard isReview else {
      throw PairError(
        .invalidInput, "only a review has 'max_rounds'", at: value.location,
        hint: "Say so with 'mode: review', and put the key there.")
    }
    return try node.int("max_rounds", in: 1...10)
  }
}

import AgentRuns
import Git
import PairCore
import Review

extension Orchestrator {
  /// What the agent of a step that is a review found.
  func stepReview(
    of subject: ReviewSubject, _ result: AgentRun.Result, _ context: RunContext, cost: Double
  ) throws -> AgentReview {
    let answer = Result { () throws(PairError) in
      try ReviewAnswer(message: result.report.finalMessage ?? "")
    }
    let paths = try repository.files(in: repository.tree(of: subject.commit)).map(\.path) + subject.paths
    return AgentReview(
      by: context.assignment.agent, run: context.assignment.run,
      answer: answer.mapError { ReviewFailure(Failure(.badOutput, $0.message)) }, report: result.report,
      costInUSD: cost, durationInSeconds: result.durationInSeconds, remarks: [], snapshot: nil,
      worktree: context.worktree.path, redaction: credentials
    ) { path in paths.contains { $0 == path || $0.hasPrefix(path + "/") } }
  }

  /// What is wrong with the output that a step states; nil where it is there in `tree`.
  func missingOutput(of step: StepSpec, _ assignment: Assignment, in tree: ObjectID) throws -> String? {
    guard let output = step.task.step.output else { return nil }
    let path = output.hasSuffix("/") ? String(output.dropLast()) : output
    let shown = output.escapedForTerminal()
    guard let entry = try repository.entry(at: path, in: tree) else {
      return "the step's output \(shown) is not there"
    }
    guard entry.mode == .folder else {
      return step.task.step.outputIsFolder
        ? "the step's output \(shown) is a file, and was to be a folder" : nil
    }
    // What it made in an earlier round is still its output.
    let before = try repository.tree(of: step.task.round > 1 ? assignment.origin : assignment.base)
    let changes = try repository.changes(from: before, to: tree, below: path)
    return changes.contains { $0.kind != .deleted }
      ? nil : "nothing in the step's output \(shown) is new or changed"
  }

  /// - Throws: `PairError` of kind `invalidInput` where the file of a step that only reads cannot be put where the
  ///   workflow wants it.
  func requirePlace(for step: StepTask, of workflow: Workflow, on base: ObjectID) throws {
    guard !step.step.mode.writes, let output = step.step.output else { return }
    let tree = try repository.tree(of: base)
    var path = ""
    for part in output.split(separator: "/") {
      path += (path.isEmpty ? "" : "/") + part
      guard let entry = try repository.entry(at: path, in: tree) else { return }
      let fits = path == output ? [.file, .executable].contains(entry.mode) : entry.mode == .folder
      if fits { continue }
      throw PairError(
        .invalidInput,
        "the output \(output.escapedForTerminal()) of the step '\(step.step.id)' is in the way of \(path.escapedForTerminal()), which is \(path == output ? "no file" : "no folder")",
        at: SourceLocation(file: workflow.source.path, line: step.step.line),
        hint: "Name another 'output'.")
    }
  }
}

import Git
package import PairCore

/// A workflow with the task that it carries out.
package struct WorkflowSpec: Hashable, Sendable {
  package let workflow: Workflow
  package let task: AgentTask
  /// Whether the task has a file of its own; else the workflow's own words are all that there is to do.
  package private(set) var hasTaskFile = true

  /// What to type to carry out a workflow, by its `file` unless the `task` names it, which may be nil.
  package static func command(workflow file: String?, task: String?) -> String {
    let parts = ["bpsai-pair orchestrate"] + (file.map { ["--workflow \($0.quotedForShell)"] } ?? [])
    return (parts + (task.map { ["--task \($0.escapedForTerminal(limit: 100))"] } ?? [])).joined(
      separator: " ")
  }

  /// One line about the step that `assignment` was made for, and how that has just ended.
  func line(of assignment: Assignment, _ outcome: RunOutcome) -> String {
    let cost = "\(outcome.costInUSD.inDollars), \(outcome.durationInSeconds.fixed(digits: 1)) s"
    let isReview = assignment.step.flatMap { workflow.step($0.step) }?.isReview == true
    let step = assignment.step?.words ?? task.id.text
    switch outcome.end {
    case .committed(let commit):
      let paths = outcome.changedPaths.prefix(3).map { $0.escapedForTerminal(limit: 80) }
      let more = outcome.changedPaths.count - paths.count
      return "\(step): \(outcome.agent) made \(paths.joined(separator: ", "))"
        + (more > 0 ? " and \(more.counted("file")) more" : "") + " (\(commit.short), \(cost))"
        + (isReview ? ": it \(ReviewVerdict(of: outcome.findings).words(outcome.findings))" : "")
    case .failed(let failure):
      return "\(step): \(outcome.agent) failed (\(failure.kind.rawValue), \(cost))"
    }
  }

  /// The agent that `step` names; throws `invalidInput` with the place when there is none.
  func agent(of step: WorkflowStep, among known: [AgentName]) throws -> AgentName {
    do {
      return try AgentName.resolve(step.agent, among: known)
    } catch {
      throw PairError(
        .invalidInput, error.message, at: SourceLocation(file: workflow.source.path, line: step.line),
        hint: error.hint)
    }
  }

  /// The agent of the step that comes next, or of the first where none does; throws as `agent(of:among:)`.
  func nextAgent(after progress: WorkflowProgress, among known: [AgentName]) throws -> AgentName {
    var step = workflow.steps[0]  // A workflow without steps is not read.
    if case .run(let next, _) = workflow.move(after: progress) { step = next }
    return try agent(of: step, among: known)
  }

  /// How far the last pass of just this workflow on this task has come; empty where there is none.
  func progress(in record: TaskRecord) throws -> WorkflowProgress {
    let progress = WorkflowProgress(record.events)
    guard progress.isPass(of: workflow, on: task) else { return WorkflowProgress() }
    guard let commit = progress.commit else { return progress }
    let branch = ResultBranch(of: task.id, in: record.workspace)
    // Somebody moved the branch or dropped it: what is to be gone on with is not there.
    return try branch.tip() == commit || branch.isMerged(commit) ? progress : WorkflowProgress()
  }
}

extension WorkflowStep {
  /// That a review is not content with what there is.
  package func words(stillBlockingAfter rounds: Int) -> String {
    "the review '\(id)' still blocks after \(rounds.counted("round"))"
  }
}

extension WorkflowSpec {
  /// - Throws: `PairError` of kind `usage` where the workflow's name is no id.
  init(_ workflow: Workflow) throws(PairError) {
    guard let id = TaskID(rawValue: workflow.name) else {
      throw PairError(
        .usage, "'\(workflow.name.escapedForTerminal(limit: 60))' can be no task's id, and so no branch",
        hint: "Give the file another name, or name the task: --task ID")
    }
    let goal = workflow.steps.enumerated().map { "\($0 + 1). \($1.title)" }.joined(separator: "\n")
    let task = AgentTask(
      id: id, title: "The workflow \(workflow.name)", source: workflow.source,
      text: "---\nid: \(id)\n---\n# The workflow \(workflow.name)\n\n\(goal)\n")
    self.init(workflow: workflow, task: task, hasTaskFile: false)
  }
}

/// What the agent of one step is told to do, as a task of its own.
package struct StepTask: Hashable, Sendable {
  package let workflow: Workflow
  package let progress: WorkflowProgress
  package let step: WorkflowStep
  package let round: Int

  package init(_ step: WorkflowStep, round: Int, of workflow: Workflow, after progress: WorkflowProgress) {
    self.workflow = workflow
    self.progress = progress
    self.step = step
    self.round = round
  }

  /// Whether the workflow is over once the step has a result of this verdict.
  package func isLast(with verdict: ReviewVerdict?, commit: ObjectID) -> Bool {
    let end = WorkflowProgress.StepEnd(
      step: step.id, round: round, run: nil, agent: nil, end: .committed(commit, verdict))
    return workflow.move(after: progress.adding(end)) == .finish
  }

  /// `task` with the step's part in it: its id and file stay, its agents and its recipe do not count.
  /// - Parameter criteria: as the step before left them.
  package func task(of task: AgentTask, criteria: [AcceptanceCriterion]) -> AgentTask {
    var metadata = TaskMetadata()
    metadata.complexity = task.metadata.complexity
    metadata.effort = task.metadata.effort
    metadata.priority = task.metadata.priority
    metadata.workflow = task.metadata.workflow
    let declared = task.declaredFiles.isEmpty ? [] : task.declaredFiles + workflow.outputGlobs
    return AgentTask(
      id: task.id, title: step.title, source: task.source, metadata: metadata, sections: task.sections,
      acceptanceCriteria: step.mode.writes || step.isReview ? criteria : [], declaredFiles: declared,
      mentionedPaths: task.mentionedPaths, recipe: nil, text: task.text + "\n" + part)
  }

  /// The end of the task's text.
  private var part: String {
    let number = workflow.number(of: step)
    let lines = [expectation, sentBack].compactMap { $0 } + earlier + later
    return """
      ## Your part: step \(number) of \(workflow.steps.count) of the workflow \(workflow.name)

      All of the above is carried out in steps, each by one agent. Do this step and no other:

      \(step.task.trimmed)

      \(lines.map { "- \($0)" }.joined(separator: "\n"))

      """
  }

  private var expectation: String? {
    guard let output = step.output else { return nil }
    if !step.mode.writes { return "Your final message is put into `\(output)`." }
    return step.outputIsFolder
      ? "What you make is to be found in the folder `\(output)`: without a change in there it does not count."
      : "What you make is to be found in the file `\(output)`: without it, it does not count."
  }

  private var sentBack: String? {
    guard round > 1 else { return nil }
    if step.isReview {
      return "What you found before was sent back, and has been worked on: see whether it still holds."
    }
    guard let review = progress.ends.last.flatMap({ workflow.step($0.step) }), review.isReview
    else { return nil }
    let place = review.output.map { ", and in `\($0)`" } ?? ""
    return
      "It has been done once. The review found what must be put right: it stands in the handoff note\(place)."
  }

  /// What other steps made that is there now.
  private var earlier: [String] {
    workflow.steps.compactMap { other in
      guard other.id != step.id, let output = other.output, let end = progress.end(of: other),
        end.commit != nil
      else { return nil }
      let agent = end.agent.map { " by \($0)" } ?? ""
      return "`\(output)` is there, made\(agent) in step \(workflow.number(of: other)): \(other.title)"
    }
  }

  private var later: [String] {
    let next = workflow.steps.drop { $0.id != step.id }.dropFirst().first
    return round > 1 ? [] : next.map { ["The next step is not yours: \($0.title)"] } ?? []
  }
}

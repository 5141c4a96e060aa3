import PairCore

/// The step of a workflow that a run carries out, with what it needs beside the task.
struct StepSpec: Hashable, Sendable {
  let task: StepTask
  /// What its agent reviews; nil for every step that is no review.
  let review: ReviewSubject?
  /// Whether the task has a file of its own, of which the last step sets the status.
  let hasTaskFile: Bool

  /// The mark of a run of the step; a first run begins the pass.
  func mark(of run: RunID) -> StepMark {
    StepMark(
      workflow: task.workflow.source.blob, pass: task.progress.pass ?? run, step: task.step.id,
      round: task.round)
  }

  var isFirst: Bool { task.progress.ends.isEmpty }

  var promptKind: PromptKind { review == nil ? PromptKind(task.step.mode, .implement) : .review }

  /// Whether a commit with a review of this verdict ends the workflow, so that its task is done.
  func endsTask(with verdict: ReviewVerdict?, on base: ObjectID) -> Bool {
    hasTaskFile && task.isLast(with: verdict, commit: base)
  }
}

extension RunRequest {
  /// What a run of `step` on `base` asks of routing: the agent that the step names, and no preference of the command's.
  func carryingOut(_ step: StepSpec, on base: ObjectID) -> RunRequest {
    var own = self
    own.preferred = nil
    // The agent that takes over after a failure is chosen as ever.
    own.forced = step.task.step.onFailure == .handoff ? nil : step.task.step.agent
    own.base = base.hex
    own.step = step
    return own
  }
}

extension RoutingDecision {
  func allows(_ agent: AgentName) -> Bool { ranking.contains { $0.agent == agent && $0.excluded == nil } }
}

extension StepMark {
  /// `step 'plan'` or `step 'review', round 2`.
  var words: String { "step '\(step)'\(round > 1 ? ", round \(round)" : "")" }
}

extension ReviewVerdict {
  /// `blocks with one finding`, `passes`.
  func words(_ findings: [Finding]) -> String {
    findings.isEmpty ? rawValue : "\(rawValue) with \(findings.count.counted("finding"))"
  }
}

extension Assignment {
  /// `, step 'plan'` or `, step 'review', round 2` in a sentence; nothing for a run of the whole task.
  var inStep: String { step.map { ", \($0.words)" } ?? "" }
}

import Git
package import PairCore

/// What a caller asks of a run.
package struct RunRequest: Hashable, Sendable {
  /// An agent's name or alias.
  package var preferred: String?
  /// The name or alias of the only agent that may take the task.
  package var forced: String?
  package var maxCostInUSD: Double?
  /// A revision; nil for HEAD.
  package var base: String?
  /// What results are merged into in the end, a revision; nil for HEAD.
  let target: String?
  /// The tasks of a plan that is being integrated: what they conflict with among each other is found out there.
  var integrated: Set<TaskID> = []
  /// The commit whose configuration holds; nil for the base.
  var configuration: ObjectID?
  /// The commit that tasks and their workflows are read from; nil for the checkout.
  var source: ObjectID?
  /// The plan that the task is a part of; nil for a task by itself, and for one in the queue.
  var plan: PlanContext?
  /// Whether the task is run because it is in the queue, and no more once it is not.
  var isFromQueue = false
  /// Whether to run a task again that has a result for its present text.
  package var again: Bool
  /// The step of a workflow to carry out; nil for the whole task.
  var step: StepSpec?

  package init(
    preferred: String? = nil, forced: String? = nil, maxCostInUSD: Double? = nil, base: String? = nil,
    again: Bool = false
  ) {
    self.preferred = preferred
    self.forced = forced
    self.maxCostInUSD = maxCostInUSD
    self.base = base
    self.target = base
    self.again = again
  }
}

struct PlanContext: Hashable, Sendable {
  let name: String
  let tasks: Set<TaskID>
}

/// A task with the decision about it.
package struct RoutedTask: Sendable {
  package let task: AgentTask
  package let decision: RoutingDecision
  /// The last entry of its log when that was decided; nil without a log.
  let logTip: ObjectID?
}

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

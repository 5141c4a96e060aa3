import Git
import PairCore

@testable import Pipeline

/// Steps of a workflow in a story's log.
struct WorkflowStory {
  static let text = """
    workflow:
      - id: plan
        agent: claude
        mode: plan
        task: Plan it
      - id: build
        agent: codex
        mode: auto
        task: Build it
      - id: check
        agent: claude
        mode: review
        task: Check it
        max_rounds: 1

    """

  let story: Story
  let spec: WorkflowSpec

  init(_ text: String = WorkflowStory.text, programs: [String] = ["claude", "codex"]) throws {
    story = try Story(
      "type: feature\nworkflow: flow\n---\n\nGreet.\n", [".paircoder/workflows/flow.yaml": text],
      programs: programs)
    guard let spec = try WorkflowFinder(story.workspace).spec(for: story.task) else { throw NoWorkflow() }
    self.spec = spec
  }

  struct NoWorkflow: Error {}

  var workflow: Workflow { spec.workflow }

  /// The first run of the pass is 1.
  func mark(_ step: String, round: Int = 1) -> StepMark {
    StepMark(workflow: workflow.source.blob, pass: story.run(1), step: step, round: round)
  }

  /// Says that a run of `step` was claimed.
  func claim(_ step: String, in run: Int, on base: ObjectID? = nil) throws {
    let assignment = story.assignment(run, base: base, step: mark(step))
    try story.say(
      .claimed, in: run,
      files: [
        "workflow.json": Record.json(workflow), "assignment.json": Record.json(assignment),
      ]
    ) { details in
      details.mark(mark(step))
      details.base = base ?? story.base
    }
  }

  /// Says that a run of `step` has made a commit, to which the branch moves.
  @discardableResult
  func commit(
    _ step: String, in run: Int, on base: ObjectID? = nil, _ verdict: ReviewVerdict? = nil,
    findings: [Finding] = []
  ) throws -> ObjectID {
    try claim(step, in: run, on: base)
    let commit = try story.commit(["\(step).txt": "\(run)\n"], on: base.map { [$0] })
    try story.point(at: commit)
    let outcome = story.outcome(run, .committed(commit), costing: 0.5, findings: findings)
    try story.say(.committed, in: run, files: ["outcome.json": Record.json(outcome)]) { details in
      details.mark(mark(step))
      details.agent = .claudeCode
      details.base = base ?? story.base
      details.commit = commit
      details.costInUSD = 0.5
      details.verdict = verdict
    }
    return commit
  }

  /// Says that a run of `step` has failed.
  func fail(_ step: String, in run: Int) throws {
    try claim(step, in: run)
    try story.say(.failed, in: run) { details in
      details.mark(mark(step))
      details.failure = .timedOut
    }
  }

  var progress: WorkflowProgress { get throws { try spec.progress(in: story.record) } }

  /// The findings of a review that blocks.
  static let blocking = [Finding(rule: .review, severity: .block, path: "a.txt", message: "It is wrong")]
}

@testable import PairCore
import TestSupport
import Testing

@Suite struct WorkflowMoveTests {
  private typealias End = WorkflowProgress.StepEnd

  private let design = WorkflowStep(id: "design", agent: "claude", mode: .plan, task: "Design it")
  private let build = WorkflowStep(id: "build", agent: "codex", mode: .fullAuto, task: "Build it")

  private func review(
    _ id: String = "review", needs: [String] = [], rounds: Int? = nil
  ) -> WorkflowStep {
    WorkflowStep(
      id: id, agent: "claude", mode: .plan, isReview: true, task: "Review it", needs: needs, maxRounds: rounds
    )
  }

  private func workflow(_ steps: WorkflowStep...) -> Workflow { makeWorkflow(steps) }

  private func done(_ step: String, _ round: Int = 1, _ verdict: ReviewVerdict? = nil) -> End {
    End(step: step, round: round, run: nil, agent: nil, end: .committed(object(7), verdict))
  }

  private func failed(_ step: String, _ round: Int = 1) -> End {
    End(step: step, round: round, run: nil, agent: nil, end: .failed(.crashed))
  }

  private func move(_ workflow: Workflow, _ ends: End...) -> WorkflowMove {
    workflow.move(after: ends.reduce(WorkflowProgress()) { $0.adding($1) })
  }

  @Test func `steps follow one another, and then it is finished`() {
    let workflow = workflow(design, build)
    #expect(move(workflow) == .run(design, round: 1))
    #expect(move(workflow, done("design")) == .run(build, round: 1))
    #expect(move(workflow, done("design"), done("build")) == .finish)
  }

  @Test func `a step that failed is carried out again, unless the workflow goes on without it`() {
    #expect(move(workflow(design, build), failed("design")) == .run(design, round: 1))
    let optional = WorkflowStep(id: "design", agent: "a", mode: .plan, task: "x", onFailure: .goOn)
    #expect(move(workflow(optional, build), failed("design")) == .run(build, round: 1))
    #expect(move(workflow(design, build), failed("design"), done("design")) == .run(build, round: 1))
  }

  @Test func `what was interrupted is told from what failed or waits for a person`() {
    let workflow = workflow(design, build, review(rounds: 1))
    func isInterrupted(_ ends: End...) -> Bool {
      workflow.isInterrupted(after: ends.reduce(WorkflowProgress()) { $0.adding($1) })
    }
    #expect(isInterrupted(done("design")))
    #expect(!isInterrupted(done("design"), failed("build")))
    #expect(isInterrupted(done("design"), failed("build"), done("build")))
    #expect(!isInterrupted(done("design"), done("build"), done("review", 1, .blocks)))
    // All but the last word in the log.
    #expect(isInterrupted(done("design"), done("build"), done("review", 1, .passes)))
  }

  @Test func `findings go back to the step that writes until the rounds are used up`() {
    let check = review(rounds: 3)
    let workflow = workflow(design, build, check)
    let first = [done("design"), done("build"), done("review", 1, .blocks)]
    func after(_ more: End...) -> WorkflowMove {
      workflow.move(after: (first + more).reduce(WorkflowProgress()) { $0.adding($1) })
    }
    #expect(after() == .run(build, round: 2))
    #expect(after(failed("build", 2)) == .run(build, round: 2))
    #expect(after(done("build", 2)) == .run(check, round: 2))
    #expect(after(done("build", 2), done("review", 2, .passes)) == .finish)
    let third = [done("build", 2), done("review", 2, .blocks), done("build", 3)]
    #expect(after(third[0], third[1]) == .run(build, round: 3))
    #expect(after(third[0], third[1], third[2], done("review", 3, .blocks)) == .findingsLeft(check))
  }

  @Test func `a review says twice what is wrong, if it does not say how often`() {
    let workflow = workflow(build, review())
    #expect(workflow.rounds(of: review()) == 2)
    #expect(
      move(workflow, done("build"), done("review", 1, .blocks)) == .run(build, round: 2))
  }

  @Test func `what needs names is what a review is about`() {
    let docs = WorkflowStep(id: "docs", agent: "a", mode: .auto, task: "Document it")
    #expect(workflow(build, docs, review()).reviewed(by: review())?.id == "docs")
    #expect(
      workflow(build, docs, review(needs: ["build"])).reviewed(by: review(needs: ["build"]))?.id == "build")
    #expect(workflow(design, review()).reviewed(by: review())?.id == "design")
    #expect(workflow(review()).reviewed(by: review()) == nil)
    #expect(move(workflow(review()), done("review", 1, .blocks)) == .findingsLeft(review()))
  }

  @Test func `a later step may take up what a review found`() {
    let fix = WorkflowStep(id: "fix", agent: "a", mode: .auto, task: "Fix it", when: .findings)
    let workflow = workflow(build, review(), fix)
    #expect(move(workflow, done("build"), done("review", 1, .blocks)) == .run(fix, round: 1))
    #expect(move(workflow, done("build"), done("review", 1, .passes)) == .finish)
    #expect(move(workflow, done("build"), done("review", 1, .blocks), done("fix")) == .finish)
  }

  @Test func `conditions look at what a step needs`() {
    let optional = WorkflowStep(id: "one", agent: "a", mode: .auto, task: "x", onFailure: .goOn)
    let step = { (when: WorkflowStep.Condition, id: String) in
      WorkflowStep(id: id, agent: "a", mode: .auto, task: "x", needs: ["one"], when: when)
    }
    let workflow = workflow(optional, step(.failed, "two"), step(.succeeded, "three"))
    #expect(move(workflow, failed("one")) == .run(step(.failed, "two"), round: 1))
    #expect(move(workflow, failed("one"), done("two")) == .finish)
    #expect(move(workflow, done("one")) == .run(step(.succeeded, "three"), round: 1))
  }

  @Test func `the last step is known before it has ended`() {
    let workflow = workflow(build, review())
    let progress = WorkflowProgress().adding(done("build"))
    let last = StepTask(review(), round: 1, of: workflow, after: progress)
    #expect(last.isLast(with: .passes, commit: object(3)))
    #expect(!last.isLast(with: .blocks, commit: object(3)))
    #expect(
      !StepTask(build, round: 1, of: workflow, after: WorkflowProgress()).isLast(with: nil, commit: object(3))
    )
  }

  // Random workflows, carried out with random luck.

  @Test(arguments: 0..<400)
  func `whatever happens, a pass ends, in order and within its rounds`(seed: Int) {
    var world = RandomPass(seed: UInt64(seed))
    let workflow = world.workflow()
    var progress = WorkflowProgress()
    var firsts: [Int] = []
    var previous: End?
    while case .run(let step, let round) = workflow.move(after: progress), progress.ends.count < 200 {
      let index = workflow.number(of: step)
      if round == 1 {
        if firsts.last != index { firsts.append(index) }
      } else if !step.isReview, previous?.step != step.id {
        // Findings alone send a step back.
        #expect(previous.map { verdict(of: $0) == .blocks } == true)
      }
      if step.isReview { #expect(round <= workflow.rounds(of: step)) }
      let end = world.end(of: step, round: round)
      previous = end
      progress = progress.adding(end)
    }
    #expect(firsts == Set(firsts).sorted(), "in the file's order, each once")
    checkEnd(workflow.move(after: progress), of: workflow, progress)
  }

  private func verdict(of end: End) -> ReviewVerdict? {
    if case .committed(_, let verdict) = end.end { verdict } else { nil }
  }

  private func checkEnd(_ move: WorkflowMove, of workflow: Workflow, _ progress: WorkflowProgress) {
    switch move {
    case .run: Issue.record("no end")
    case .findingsLeft(let review):
      let end = progress.end(of: review)
      #expect(end.flatMap { verdict(of: $0) } == .blocks)
      #expect(end?.round == workflow.rounds(of: review) || workflow.reviewed(by: review) == nil)
    case .finish:
      for step in workflow.steps {
        guard let end = progress.end(of: step) else { continue }
        if end.isFailed { #expect(step.onFailure == .goOn) }
        if step.isReview, verdict(of: end) == .blocks {
          #expect(workflow.steps.contains { $0.when == .findings }, "\(step.id) still blocks")
        }
      }
    }
  }
}

func makeWorkflow(_ steps: [WorkflowStep]) -> Workflow {
  Workflow(name: "w", source: TaskSource(path: ".paircoder/workflows/w.yaml", blob: object(9)), steps: steps)
}

/// A workflow and how its runs end, the same in every run of the tests.
struct RandomPass {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func chance(_ parts: Int) -> Bool { Int.random(in: 0..<parts, using: &random) == 0 }

  mutating func workflow() -> Workflow {
    var steps: [WorkflowStep] = []
    for number in 1...Int.random(in: 1...6, using: &random) {
      let isReview = chance(3)
      steps.append(
        WorkflowStep(
          id: "s\(number)", agent: "a", mode: isReview || chance(4) ? .plan : .auto, isReview: isReview,
          task: "Do it", needs: steps.map(\.id).filter { _ in chance(4) },
          when: chance(3) ? WorkflowStep.Condition.allCases.randomElement(using: &random)! : .always,
          onFailure: chance(3) ? .goOn : .stop,
          maxRounds: isReview && chance(2) ? Int.random(in: 1...4, using: &random) : nil))
    }
    return makeWorkflow(steps)
  }

  mutating func end(of step: WorkflowStep, round: Int) -> WorkflowProgress.StepEnd {
    let run = RunID(
      start: Timestamp(secondsSince1970: 0), random: UInt64.random(in: 0...0xFF_FFFF, using: &random))
    let end: WorkflowProgress.StepEnd.End =
      chance(4)
      ? .failed(.crashed)
      : .committed(
        object(Int.random(in: 1...1_000_000, using: &random)),
        step.isReview ? (chance(2) ? .blocks : .passes) : nil)
    return WorkflowProgress.StepEnd(step: step.id, round: round, run: run, agent: .claudeCode, end: end)
  }
}

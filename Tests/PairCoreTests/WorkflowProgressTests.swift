@testable import PairCore
import Testing

@Suite struct WorkflowProgressTests {
  private let task: TaskID
  private let pass = RunID(start: Timestamp(secondsSince1970: 0), random: 1)

  init() throws { task = try TaskID("T-1") }

  private func event(
    _ kind: TaskEvent.Kind, _ run: Int, step: String?, round: Int = 1, pass: RunID?,
    _ change: (inout TaskEvent.Details) -> Void = { _ in }
  ) -> TaskEvent {
    var details = TaskEvent.Details()
    details.run = RunID(start: Timestamp(secondsSince1970: 0), random: UInt64(run))
    details.agent = .claudeCode
    details.text = object(1)
    if let pass, let step {
      details.mark(StepMark(workflow: object(9), pass: pass, step: step, round: round))
    } else if let pass {
      details.workflow = object(9)
      details.pass = pass
    }
    change(&details)
    return TaskEvent(kind, task, "T-1: something", details)
  }

  private func claimed(_ run: Int, _ step: String, pass: RunID? = nil) -> TaskEvent {
    event(.claimed, run, step: step, pass: pass ?? self.pass)
  }

  private func committed(_ run: Int, _ step: String, commit: Int, pass: RunID? = nil) -> TaskEvent {
    event(.committed, run, step: step, pass: pass ?? self.pass) {
      $0.commit = object(commit)
      $0.base = object(2)
      $0.costInUSD = 0.5
    }
  }

  @Test func `what a pass has made is read from the log`() throws {
    let progress = WorkflowProgress([
      claimed(1, "plan"), committed(1, "plan", commit: 20), claimed(2, "build"),
      event(.interrupted, 2, step: nil, pass: nil) { $0.costInUSD = 0.25 },
    ])
    #expect(progress.pass == pass)
    #expect(progress.commit == object(20))
    #expect(progress.origin == object(2))
    #expect(progress.costInUSD == 0.75)
    #expect(progress.ends.map(\.step) == ["plan"])
    #expect(!progress.isFinished)
    let workflow = makeWorkflow([WorkflowStep(id: "plan", agent: "a", mode: .plan, task: "x")])
    #expect(progress.isPass(of: workflow, on: try makeTask()))
  }

  @Test func `its end is an event of its own`() {
    let end = event(.committed, 1, step: nil, pass: pass) { $0.commit = object(20) }
    let progress = WorkflowProgress([claimed(1, "plan"), committed(1, "plan", commit: 20), end])
    #expect(progress.isFinished)
    #expect(progress.ends.count == 1)
    #expect(end.endsPass)
  }

  @Test func `a new pass, another run and a discarded result begin anew`() {
    let first = [claimed(1, "plan"), committed(1, "plan", commit: 20)]
    let other = RunID(start: Timestamp(secondsSince1970: 5), random: 5)
    let second = WorkflowProgress(first + [claimed(5, "plan", pass: other)])
    #expect(second.pass == other)
    #expect(second.ends == [])
    #expect(second.costInUSD == 0)
    #expect(WorkflowProgress(first + [event(.claimed, 6, step: nil, pass: nil)]).pass == nil)
    #expect(WorkflowProgress(first + [event(.discarded, 6, step: nil, pass: nil)]).pass == nil)
    #expect(WorkflowProgress(first + [event(.queued, 6, step: nil, pass: nil)]).ends.count == 1)
  }

  @Test func `marks and verdicts survive the log`() throws {
    let written = event(.committed, 3, step: "review", round: 2, pass: pass) {
      $0.commit = object(4)
      $0.verdict = .blocks
    }
    let read = try #require(TaskEvent(message: written.message(nonce: 1)))
    #expect(read == written)
    #expect(read.details.step == "review")
    #expect(read.details.round == 2)
    #expect(read.details.verdict == .blocks)
  }

  @Test func `a result is the task's once its pass has ended`() {
    let events = [claimed(1, "plan"), committed(1, "plan", commit: 20)]
    func state(_ events: [TaskEvent]) -> TaskState {
      TaskState(task: task, entries: events.enumerated().map { (object($0 + 100), $1) })
    }
    #expect(state(events).result?.isPartial == true)
    // What the steps cost counts together against what may be spent on the task.
    #expect(state(events + [claimed(2, "build")]).spent.costInUSD == 0.5)
    let end = event(.committed, 1, step: nil, pass: pass) { $0.commit = object(20) }
    let finished = state(events + [end])
    #expect(finished.result?.isPartial == false)
    #expect(finished.result?.workflow == object(9))
    #expect(finished.spent.costInUSD == 0)
    #expect(finished.costInUSD == 0.5)
  }

  @Test func `a step begins with the note of what it needs, and of the review that sent it back`() {
    func end(_ step: String, _ run: Int) -> WorkflowProgress.StepEnd {
      WorkflowProgress.StepEnd(
        step: step, round: 1, run: RunID(start: Timestamp(secondsSince1970: 0), random: UInt64(run)),
        agent: nil, end: .committed(object(run), nil))
    }
    let progress = WorkflowProgress().adding(end("plan", 1)).adding(end("tests", 2)).adding(end("review", 3))
    let build = WorkflowStep(id: "build", agent: "a", mode: .auto, task: "x", needs: ["plan"])
    #expect(progress.predecessor(of: build, round: 1)?.step == "plan")
    #expect(progress.predecessor(of: build, round: 2)?.step == "review")
    let next = WorkflowStep(id: "next", agent: "a", mode: .auto, task: "x")
    #expect(progress.predecessor(of: next, round: 1)?.step == "review")
    #expect(WorkflowProgress().predecessor(of: next, round: 1) == nil)
  }

  /// Killed anywhere, a pass goes on as it would have: progress is in the log alone.
  @Test(arguments: 0..<100)
  func `interrupted at any point, it makes the same moves`(seed: Int) {
    var world = RandomPass(seed: UInt64(seed))
    let workflow = world.workflow()
    var (undisturbed, log) = (WorkflowProgress(), [TaskEvent]())
    for run in 1..<60 {
      guard case .run(let step, let round) = workflow.move(after: undisturbed) else { break }
      let end = world.end(of: step, round: round)
      undisturbed = undisturbed.adding(end)
      for _ in 0..<(world.chance(3) ? 2 : 0) {
        log.append(event(.claimed, 1000 + run, step: step.id, round: round, pass: pass))
        log.append(event(.interrupted, 1000 + run, step: nil, pass: nil))
      }
      log.append(event(.claimed, run, step: step.id, round: round, pass: pass))
      log.append(
        event(end.commit == nil ? .failed : .committed, run, step: step.id, round: round, pass: pass) {
          $0.commit = end.commit
          if case .committed(_, let verdict) = end.end { $0.verdict = verdict }
        })
      #expect(workflow.move(after: WorkflowProgress(log)) == workflow.move(after: undisturbed))
    }
  }
}

@testable import PairCore
import Testing

@Suite struct TaskStateTests {
  let task: TaskID

  init() throws { task = try TaskID("T-1") }

  func event(
    _ kind: TaskEvent.Kind, _ change: (inout TaskEvent.Details) -> Void = { _ in }
  ) -> TaskEvent {
    var details = TaskEvent.Details()
    change(&details)
    return TaskEvent(kind, task, "It is \(kind.rawValue)", details)
  }

  func state(_ events: TaskEvent?...) -> TaskState {
    TaskState(task: task, entries: events.enumerated().map { (object($0.offset + 1), $0.element) })
  }

  @Test func `a task without a log is pending`() {
    let state = TaskState(task: task)
    #expect(state.word == "pending")
    #expect(state.last == nil)
    #expect(!state.isUnderWay)
    #expect(state == self.state())
  }

  @Test(arguments: TaskEvent.Kind.allCases.filter { $0 != .reviewBrokeOff && $0 != .outside })
  func `the last event is the task's word`(_ kind: TaskEvent.Kind) {
    let state = state(event(.routed), event(kind))
    #expect(state.word == kind.rawValue)
    #expect(state.isUnderWay == [.claimed, .started, .handedOff, .retrying].contains(kind))
  }

  @Test(arguments: TaskEvent.Kind.allCases)
  func `only its own end ends a run`(_ kind: TaskEvent.Kind) {
    let ends: [TaskEvent.Kind] = [.committed, .failed, .unchanged, .interrupted, .cancelled]
    #expect(state(event(.claimed), event(.started), event(kind)).isUnderWay != ends.contains(kind))
  }

  @Test func `a task that waits for a person is blocked until somebody takes it up`() {
    let failed = event(.failed) { $0.blocked = "checks-failed" }
    #expect(state(failed).word == "blocked")
    #expect(state(failed).blocked == "checks-failed")
    #expect(state(failed, event(.reviewed)).blocked == "checks-failed")
    for kind in [TaskEvent.Kind.claimed, .queued, .discarded] {
      #expect(state(failed, event(kind)).word == kind.rawValue)
    }
    #expect(state(failed, event(.claimed), event(.failed)).word == "failed")
  }

  @Test func `a review that broke off costs, and says nothing of the task`() {
    let state = state(
      event(.committed),
      event(.reviewBrokeOff) {
        $0.costInUSD = 0.5
        $0.agent = .codexCLI
      })
    #expect(state.word == "committed" && state.agent == nil)
    #expect(state.costInUSD == 0.5)
    #expect(state.spent.costInUSD == 0)
  }

  @Test func `a fault of the project is no failure of the task`() {
    let state = state(event(.claimed), event(.failed) { $0.projectFault = "no network" })
    #expect(state.word == "failed" && !state.isUnderWay)
    #expect(state.failures.count == 0)
    #expect(state.last?.details.projectFault == "no network")
  }

  @Test func `failures are counted for one text, until a result or a person ends the count`() {
    func failed(_ text: Int, _ kind: TaskEvent.Kind = .failed) -> TaskEvent {
      event(kind) { $0.text = object(text) }
    }
    #expect(state(failed(1), failed(1, .unchanged), event(.interrupted), failed(1)).failures.count == 3)
    #expect(state(failed(1), failed(1), failed(2)).failures.count == 1)
    #expect(state(failed(1), failed(1), failed(2)).failures.text == object(2))
    #expect(state(failed(1), event(.queued)).failures.count == 0)
    #expect(state(failed(1), event(.committed), failed(1)).failures.count == 1)
    #expect(state(failed(1, .handedOff), failed(1, .retrying)).failures.count == 0)
  }

  @Test func `what runs of one text cost counts until a result, another text or a person ends it`() {
    func claimed(_ text: Int) -> TaskEvent { event(.claimed) { $0.text = object(text) } }
    func cost(_ kind: TaskEvent.Kind, _ amount: Double) -> TaskEvent { event(kind) { $0.costInUSD = amount } }
    let all: [TaskEvent.Kind] = [.failed, .unchanged, .interrupted, .cancelled, .handedOff, .retrying]
    for kind in all {
      let spent = state(claimed(1), cost(kind, 0.25), claimed(1), cost(kind, 0.5)).spent
      #expect(spent.costInUSD == 0.75)
      #expect(spent.text == object(1))
    }
    let failed = cost(.failed, 1)
    #expect(state(claimed(1), failed, claimed(2), cost(.failed, 0.5)).spent.costInUSD == 0.5)
    #expect(state(claimed(1), failed, event(.queued)).spent == TaskState.Spent())
    #expect(state(claimed(1), failed, cost(.committed, 1)).spent == TaskState.Spent())
    #expect(state(claimed(1), failed, cost(.reviewed, 1)).spent.costInUSD == 1)
  }

  @Test func `agent, run and branch are those stated last`() {
    let run = RunID(start: Timestamp(secondsSince1970: 1), random: 1)
    let state = state(
      event(.routed) { $0.agent = .claudeCode },
      event(.started) {
        $0.agent = .codexCLI
        $0.run = run
        $0.branch = BranchName("b")
      }, event(.reviewed))
    #expect(state.agent == .codexCLI)
    #expect(state.run == run)
    #expect(state.branch == BranchName("b"))
  }

  @Test func `a review costs, and changes nothing else of where the task stands`() {
    let run = RunID(start: Timestamp(secondsSince1970: 1), random: 1)
    let before = event(.committed) {
      $0.agent = .codexCLI
      $0.run = run
      $0.base = object(7)
      $0.commit = object(8)
      $0.costInUSD = 0.5
    }
    let reviewed = state(
      before,
      event(.reviewed) {
        $0.agent = .claudeCode
        $0.base = object(9)
        $0.commit = object(8)
        $0.costInUSD = 0.25
      })
    #expect(reviewed.costInUSD == 0.75)
    #expect(reviewed.agent == .codexCLI)
    #expect(reviewed.base == object(7))
    #expect(reviewed.result == state(before).result)
  }

  @Test func `a result stays through later failures and goes when it is discarded`() {
    let committed = event(.committed) {
      $0.commit = object(7)
      $0.base = object(6)
      $0.text = object(5)
      $0.branch = BranchName("paircoder/T-1")
    }
    let result = TaskState.Result(
      commit: object(7), base: object(6), run: nil, text: object(5), workflow: nil, isPartial: false,
      outside: nil)
    #expect(state(committed).result == result)
    #expect(state(committed, event(.claimed), event(.failed), event(.reviewed)).result == result)
    let discarded = state(committed, event(.discarded))
    #expect(discarded.result == nil)
    #expect(discarded.branch == nil)
    #expect(state(committed, event(.discarded), committed).result == result)
  }

  @Test func `the cost is that of every run, whatever its end`() {
    let ends: [TaskEvent.Kind] = [.committed, .failed, .unchanged, .interrupted, .handedOff]
    let all = TaskState(
      task: task,
      entries: ends.map { kind in (object(1), event(kind) { $0.costInUSD = 0.25 }) })
    #expect(all.costInUSD == 1.25)
    #expect(state(event(.discarded), event(.routed)).costInUSD == 0)
    #expect(state(event(.routed) { $0.costInUSD = 3 }).costInUSD == 0)
  }

  @Test func `claims are counted, and a fence says the number`() {
    #expect(state(event(.claimed), event(.failed), event(.claimed)).claims == 2)
    #expect(state(event(.claimed) { $0.fence = 5 }, event(.claimed)).claims == 6)
  }

  @Test func `what cannot be read is reported and changes nothing else`() throws {
    let foreign = TaskEvent(.committed, try TaskID("T-2"), "Another task's")
    let state = state(event(.routed), nil, foreign)
    #expect(state.unreadable == [object(2), object(3)])
    #expect(state.word == "routed")
    #expect(state.result == nil)
  }

  @Test func `what is queued during its run waits for the run's end, and a claim takes it`() {
    func about(_ text: Int, _ kind: TaskEvent.Kind) -> TaskEvent { event(kind) { $0.text = object(text) } }
    let running = [about(1, .queued), about(1, .claimed), about(2, .queued)]
    func state(_ more: TaskEvent...) -> TaskState {
      TaskState(
        task: task, entries: (running + more).enumerated().map { (object($0.offset + 1), $0.element) })
    }
    #expect(state().isUnderWay)
    #expect(!state().isQueued)
    #expect(state().word == "claimed")
    #expect(state().runText == object(1))
    #expect(state().taken?.text == object(1))
    #expect(state(about(1, .committed)).isQueued)
    #expect(state(about(1, .committed)).word == "queued")
    #expect(state(about(1, .failed)).queued?.text == object(2))
    #expect(!state(about(1, .committed), about(2, .claimed)).isQueued)
    #expect(state(about(1, .committed), about(2, .claimed)).taken?.text == object(2))
    #expect(!state(event(.cancelled)).isQueued, "whoever stops a run does not want it to start again at once")
    #expect(!state(about(1, .committed), event(.dequeued)).isQueued)
    #expect(state().queuedTexts == [object(1), object(2)])
  }

  @Test func `a claim takes the place of its own text, and leaves that of a newer one`() {
    func queued(_ text: Int, at commit: ObjectID? = object(9)) -> TaskEvent {
      event(.queued) {
        $0.text = object(text)
        $0.base = commit
      }
    }
    func claimed(_ text: Int) -> TaskEvent { event(.claimed) { $0.text = object(text) } }
    let late = state(queued(1), queued(2), claimed(1), event(.committed) { $0.text = object(1) })
    #expect(late.isQueued)
    #expect(late.queued?.text == object(2))
    let own = state(queued(1), claimed(1), event(.interrupted))
    #expect(!own.isQueued)
    #expect(own.taken?.text == object(1))
    // What a person queued runs with whatever its file says then.
    #expect(!state(queued(1, at: nil), claimed(2), event(.committed)).isQueued)
    #expect(state(queued(1), claimed(1), event(.dequeued)).taken == nil)
  }

  @Test func `a place in the queue says nothing of the run`() {
    let queued = event(.queued) {
      $0.base = object(7)
      $0.branch = BranchName("main")
    }
    let state = state(event(.claimed) { $0.base = object(1) }, queued)
    #expect(state.base == object(1))
    #expect(state.branch == nil)
    #expect(state.queued?.commit == object(7))
    #expect(state.queued?.branch == BranchName("main"))
  }

  @Test func `a result that was sent back is so until a run has ended by itself`() {
    let back = event(.rejected) {
      $0.commit = object(7)
      $0.text = object(8)
    }
    let once = state(event(.committed) { $0.commit = object(7) }, back, event(.claimed), event(.interrupted))
    #expect(once.returned == object(7))
    #expect(once.returns.count == 1 && once.returns.text == object(8))
    #expect(once.result?.commit == object(7))
    for end in [TaskEvent.Kind.committed, .failed, .unchanged, .cancelled] {
      #expect(state(back, event(.claimed), event(end)).returned == nil)
    }
    #expect(state(back, event(.failed), back).returns.count == 2)
    #expect(state(back, event(.claimed), event(.interrupted), back).returns.count == 1)
    #expect(state(back, event(.queued)).returns.count == 0)
  }

  @Test func `why a result was sent back holds until another is whole`() {
    let claimed = event(.claimed) { $0.base = object(1) }
    let back = event(.rejected) {
      $0.commit = object(7)
      $0.base = object(6)
    }
    let step = event(.committed) {
      $0.step = "plan"
      $0.commit = object(9)
    }
    for events in [[], [event(.interrupted)], [step], [step, event(.failed)]] {
      let state = TaskState(
        task: back.task, entries: ([claimed, back] + events).map { (object(1), $0) })
      #expect(state.rejection?.result == object(7) && state.rejection?.start == object(6))
      #expect(state.base == object(1), "no run started from there yet")
    }
    #expect(state(back, step, event(.committed)).rejection == nil)
    #expect(state(back, event(.discarded)).rejection == nil)
  }
}

import PairCore
import Testing

@Suite struct IntegrationTests {
  private let one = ObjectID(String(repeating: "1", count: 40))!
  private let two = ObjectID(String(repeating: "2", count: 40))!

  @Test(arguments: [
    ("27", "sprint-27"), ("sprint-27", "sprint-27"), (" Sprint-27 ", "sprint-27"), ("2.1", "sprint-2.1"),
    ("plan-2025-01", "plan-2025-01"), ("Q3 work/api", "q3-work-api"), ("a..b", "a.-b"), (".x", "-x"),
    ("x.lock", "x-"), ("x.", "x-"), ("", "-"), ("über", "--ber"), ("a~^:?*[\\b", "a-------b"),
  ])
  func `a plan has one name in refs however a person writes it`(name: String, id: String) {
    #expect(PlanID(name).text == id)
    #expect(BranchName.plan(PlanID(name)).text == "paircoder/_plan/\(id)")
  }

  @Test func `results come after those that they hold, else in their order`() {
    // 1 was made on top of 3, 4 on top of 1.
    let holds: [Int: Set<Int>] = [1: [3], 4: [1, 3]]
    let order = MergeOrder.order([4, 1, 2, 3, 5]) { holds[$0]?.contains($1) == true }
    #expect(order == [2, 3, 1, 4, 5])
  }

  @Test func `an entry of a plan's log reads back as it was written`() throws {
    let plan = PlanID("6")
    for event in [
      PlanEvent(.merged, plan, commit: one, task: try TaskID("TASK-1"), checks: two),
      PlanEvent(.published, plan, commit: two),
    ] {
      #expect(PlanEvent(message: event.message, plan: plan) == event)
      #expect(PlanEvent(message: event.message, plan: PlanID("7")) == nil)
    }
    #expect(PlanEvent(message: "sprint-6: the log of a plan begins\n", plan: plan) == nil)
  }

  @Test func `a forecast names both, and no more paths than a line holds`() throws {
    let side = ConflictForecast.Side(task: try TaskID("TASK-1"), name: "paircoder/TASK-1", commit: one)
    let base = ConflictForecast.Side(task: nil, name: "main", commit: two)
    #expect(ConflictForecast(base, side, .clean) == nil)
    let paths = ["a", "b\n", "c", "d", "e", "f", "g"]
    #expect(
      ConflictForecast(base, side, .conflict(paths))?.sentence
        == #"main and TASK-1 will conflict in a, b\n, c, d, e and 2 more"#)
    #expect(ConflictForecast(base, side, .conflict([]))?.sentence == "main and TASK-1 will conflict")
    #expect(
      ConflictForecast(base, side, .impossible("no"))?.sentence == "main and TASK-1 do not merge: no")
  }

  @Test func `a file that git moves aside is called after the branch`() throws {
    let side = ConflictForecast.Side(task: try TaskID("TASK-1"), name: "paircoder/TASK-1", commit: one)
    let base = ConflictForecast.Side(task: nil, name: "main", commit: two)
    let forecast = ConflictForecast(base, side, .conflict(["d~\(one)", "x/e~\(two)_0", "f~1"]))
    #expect(forecast?.paths == ["d~paircoder_TASK-1", "x/e~main_0", "f~1"])
  }

  @Test func `whose fault it is decides who can do something about it`() throws {
    let task = try TaskID("TASK-2")
    let check = CheckResult(
      name: "tests", passed: false, detail: "exited with status 1\nno", durationInSeconds: 1)
    let reasons: [(Integration.Reason, Bool, String)] = [
      (.conflict(paths: ["a"], with: [task]), true, "conflicts with TASK-2 in a"),
      (.conflict(paths: ["a"], with: []), true, "conflicts with what it is merged into in a"),
      (.checkFailed(check), true, "does not pass 'tests' once merged, which exited with status 1"),
      (.outdated(task), true, "builds on an earlier result of TASK-2"),
      (.buildsOn(task), false, "builds on TASK-2, which is left out"),
      (.impossible("no"), false, "cannot be merged: no"),
    ]
    for (reason, isForAnAgent, words) in reasons {
      #expect(reason.isForAnAgent == isForAnAgent)
      #expect(reason.words == words)
    }
  }

  @Test func `a plan is complete when no result is left out`() throws {
    let tasks = try ["TASK-1", "TASK-2"].map { try TaskID($0) }
    func integration(_ fates: Integration.Fate...) -> Integration {
      Integration(
        plan: PlanID("6"), base: one,
        parts: zip(tasks, fates).map { .init($0, result: one, $1) }, tip: two)
    }
    #expect(integration(.merged(two), .missing).isComplete)
    #expect(integration(.merged(two), .contained).mergedCount == 1)
    #expect(!integration(.merged(two), .takenOut(.impossible(""))).isComplete)
  }

  @Test func `what is not finished, not tried or left out keeps a plan from being complete`() throws {
    let task = try TaskID("TASK-1")
    func integration(_ part: Integration.Part) -> Integration {
      Integration(plan: PlanID("6"), base: one, parts: [part], tip: one)
    }
    for fate in [Integration.Fate.unfinished("it is at the step '2'"), .begun("the same"), .notTried] {
      #expect(!integration(.init(task, result: nil, fate)).isComplete)
      #expect(integration(.init(task, result: nil, fate)).isCutShort == (fate == .notTried))
    }
    #expect(integration(.init(task, result: two, .done)).isComplete)
  }

  @Test func `what is left out goes back to whoever made it, as long as it may`() throws {
    let task = try TaskID("TASK-1")
    func remedy(
      _ fate: Integration.Fate, byWorkflow: Bool = false, mayReturn: Bool = true
    ) -> Integration.Remedy? {
      Integration.Part(task, result: two, fate, isByWorkflow: byWorkflow, mayReturn: mayReturn).remedy
    }
    let conflict = Integration.Fate.takenOut(.conflict(paths: [], with: []))
    #expect(remedy(conflict) == .agent)
    #expect(remedy(conflict, byWorkflow: true) == .workflow)
    for byWorkflow in [false, true] {
      #expect(remedy(conflict, byWorkflow: byWorkflow, mayReturn: false) == nil)
      #expect(remedy(.takenOut(.buildsOn(task)), byWorkflow: byWorkflow) == nil)
      #expect(remedy(.merged(one), byWorkflow: byWorkflow) == nil)
      #expect(remedy(.notTried, byWorkflow: byWorkflow) == nil)
    }
    // What goes on was counted when it was sent back.
    #expect(remedy(.begun(""), byWorkflow: true, mayReturn: false) == .restOfWorkflow)
    #expect(remedy(.unfinished(""), byWorkflow: true) == nil)
    #expect(Integration.Part(task, result: two, conflict, isByWorkflow: true).isForItsWorkflow)
    #expect(!Integration.Part(task, result: two, conflict).isForItsWorkflow)
  }
}

import PairCore
import Testing

@Suite struct IntegrationTests {
  private let one = ObjectID(String(repeating: "1", count: 40))!
  private let two = ObjectID(String(repeating: "2", count: 40))!

  @Test(arguments: [
    ("27", "sprint-27"), ("sprint-27", "sprint-27"), (" Sprint-27 ", "sprint-27"), ("2.1", "sprint-2.1"),
    ("plan-2025-01", "plan-2025-01"), ("v1_2.x", "v1_2.x"),
    ("Q3 work/api", "q3-work-api+4dfcbb9d"),
    ("a..b", "a.-b+91beab8e"),
    (".x", "-x+4dd41fab"),
    ("x.lock", "x.lock+a44dbc24"),
    ("x.", "x.+0362fa0b"),
    ("", "+811c9dc5"),
    ("über", "-ber+7ba3e4cf"),
    ("a~^:?*[\\b", "a-------b+a867a1fa"),
  ])
  func `a plan has one name in refs however a person writes it`(name: String, id: String) {
    #expect(PlanID(name).text == id)
    #expect(BranchName.plan(PlanID(name)).text == "paircoder/_plan/\(id)")
  }

  @Test func `no two plans share a name in refs`() {
    let names = [
      "Größe", "Grüße", "gr--e", "日本", "中国", "--", "Release 1/2", "release-1-2", "release 1-2", "release.1-2",
      String(repeating: "x", count: 300), String(repeating: "x", count: 301), "x.lock", "x.", "x..", "x",
    ]
    let ids = Set(names.map { PlanID($0).text })
    #expect(ids.count == names.count)
    // Nor on a file system that takes capital letters for small ones, or composes and decomposes others.
    #expect(ids.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 && !(0x41...0x5A).contains($0) } })
    #expect(ids.allSatisfy { $0.utf8.count <= 200 })
    #expect(PlanID("Größe") == PlanID(" GRÖßE "))
    #expect(PlanID(PlanID("Release 1/2").text) != PlanID("Release 1/2"), "no name is taken for a mark")
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
      PlanEvent(
        .refused, plan, commit: one, task: try TaskID("TASK-1"), checks: two,
        failed: .init(check: "tests", detail: "exited\nwith status 1")),
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
    let main = ConflictForecast.Side(task: nil, name: "main", commit: one)
    let reasons: [(Integration.Reason, Bool, String)] = [
      (.conflict(paths: ["a"], with: [task]), true, "conflicts with TASK-2 in a"),
      (.conflict(paths: ["a"], with: []), true, "conflicts with the results before it together in a"),
      (.conflict(paths: ["a"], with: [], base: main), true, "conflicts with main in a"),
      (.conflict(paths: ["a"], with: [task], base: main), true, "conflicts with TASK-2, main in a"),
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

  @Test func `a plan is complete when the result of every task is there`() throws {
    let tasks = try ["TASK-1", "TASK-2"].map { try TaskID($0) }
    func integration(_ fates: Integration.MergeStatus...) -> Integration {
      Integration(
        plan: PlanID("6"), base: one,
        parts: zip(tasks, fates).map { .init($0, result: one, $1) }, tip: two)
    }
    #expect(integration(.merged(two), .contained).isComplete)
    // What is not there yet is no result that stays out.
    let half = integration(.merged(two), .missing)
    #expect(!half.isComplete && !half.isLeavingOut)
    #expect(half.missing == [tasks[1]])
    #expect(integration(.merged(two), .contained).mergedCount == 1)
    #expect(!integration(.merged(two), .takenOut(.impossible(""))).isComplete)
  }

  @Test func `what is not finished, not tried or left out keeps a plan from being complete`() throws {
    let task = try TaskID("TASK-1")
    func integration(_ part: Integration.Part) -> Integration {
      Integration(plan: PlanID("6"), base: one, parts: [part], tip: one)
    }
    for mergeStatus in [
      Integration.MergeStatus.unfinished("it is at the step '2'"), .blocked("a review"), .begun("the same"),
      .notTried,
    ] {
      #expect(!integration(.init(task, result: nil, mergeStatus)).isComplete)
      #expect(integration(.init(task, result: nil, mergeStatus)).isLeavingOut)
      #expect(integration(.init(task, result: nil, mergeStatus)).isCutShort == (mergeStatus == .notTried))
    }
    #expect(integration(.init(task, result: two, .done)).isComplete)
  }

  @Test func `what is left out goes back to whoever made it, as long as it may`() throws {
    let task = try TaskID("TASK-1")
    func remedy(
      _ mergeStatus: Integration.MergeStatus, byWorkflow: Bool = false, mayReturn: Bool = true
    ) -> Integration.Remedy? {
      Integration.Part(task, result: two, mergeStatus, isByWorkflow: byWorkflow, mayReturn: mayReturn).remedy
    }
    let conflict = Integration.MergeStatus.takenOut(.conflict(paths: [], with: []))
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

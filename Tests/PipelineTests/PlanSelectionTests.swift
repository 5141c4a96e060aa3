import PairCore
import Pipeline
import Testing

@Suite struct PlanSelectionTests {
  static let plans = [
    Plan(
      id: "Upgrade", title: "", path: "plans/2026-upgrade-v2.plan.yaml",
      sprints: [
        Sprint(id: "sprint-1", title: "", taskIDs: ["T-2", "T-1"]),
        Sprint(id: "sprint-27", title: "", taskIDs: ["t-3"]),
      ], taskIDs: ["T-2", "T-1", "T-3"]),
    Plan(
      id: "other", title: "", path: "plans/other.plan.md", sprints: [Sprint(id: "sprint-1", title: "")],
      taskIDs: ["T-9"]),
    Plan(id: "empty", title: "", path: "plans/empty.plan.md"),
    Plan(id: "broken", title: "", path: "plans/broken.plan.md", taskIDs: ["T-404"]),
  ]

  static func tasks() throws -> [AgentTask] {
    try [
      makeTask("T-1"), makeTask("T-2"), makeTask("T-3"), makeTask("T-4", plan: "upgrade"), makeTask("T-9"),
      makeTask("T-5", sprint: "27"), makeTask("T-6", sprint: "Sprint-6"), makeTask("T-7", plan: "loose"),
      makeTask("T-8", plan: "other", sprint: "sprint-27"),
    ]
  }

  @Test(
    arguments: [
      ("Upgrade", ["T-2", "T-1", "T-3", "T-4"]), ("upgrade", ["T-2", "T-1", "T-3", "T-4"]),
      ("2026-upgrade-v2", ["T-2", "T-1", "T-3", "T-4"]), (" UPGRADE ", ["T-2", "T-1", "T-3", "T-4"]),
      ("sprint-27", ["T-3", "T-5"]), ("27", ["T-3", "T-5"]), ("Sprint-27", ["T-3", "T-5"]), ("6", ["T-6"]),
      ("sprint-6", ["T-6"]), ("loose", ["T-7"]), ("other", ["T-9", "T-8"]),
      ("upgrade/1", ["T-2", "T-1"]), ("2026-upgrade-v2/sprint-27", ["T-3", "T-5"]),
    ])
  func `a name means a plan, a sprint, or what tasks say of themselves`(_ name: String, _ ids: [String])
    throws
  {
    let selection = try PlanSelection(named: name, plans: Self.plans, tasks: Self.tasks())
    #expect(selection.tasks.map(\.id.text) == ids)
    #expect(!selection.description.isEmpty)
  }

  @Test(
    arguments: [
      ("none", .usage, "no plan or sprint called 'none' has tasks"),
      ("empty", .usage, "plan empty lists no task"),
      ("other/sprint-1", .usage, "sprint sprint-1 of plan other lists no task"),
      ("other/sprint-27", .usage, "has tasks"),
      ("", .usage, "'' has tasks"), (" ", .usage, "has tasks"),
      ("sprint-1", .usage, "'sprint-1' stands in 2 plans: plans/2026-upgrade"),
      ("1", .usage, "'1' stands in 2 plans"), ("broken", .invalidInput, "the plan names T-404"),
    ] as [(String, PairError.Kind, String)])
  func `a name that means nothing, too much, or a missing task is an error`(
    _ name: String, _ kind: PairError.Kind, _ words: String
  ) throws {
    let error = try #require(throws: PairError.self) {
      try PlanSelection(named: name, plans: Self.plans, tasks: Self.tasks())
    }
    #expect(error.kind == kind)
    #expect(error.message.contains(words), "\(error.message)")
    #expect(error.hint?.isEmpty == false)
  }

  @Test func `the hint names what there is`() throws {
    let error = try #require(throws: PairError.self) {
      try PlanSelection(named: "none", plans: Self.plans, tasks: Self.tasks())
    }
    #expect(error.hint?.contains("empty, loose, other, sprint-1, sprint-27") == true)
  }

  @Test func `a sprint that several plans have is named with its plan, and so is its branch`() throws {
    let error = try #require(throws: PairError.self) {
      try PlanSelection(named: "1", plans: Self.plans, tasks: Self.tasks())
    }
    #expect(error.hint == "Name it with its plan: Upgrade/sprint-1, other/sprint-1")
    let shared = try PlanSelection(named: "Upgrade/sprint-1", plans: Self.plans, tasks: Self.tasks())
    #expect(shared.id == PlanID("Upgrade/sprint-1"))
    let own = try PlanSelection(named: "upgrade/27", plans: Self.plans, tasks: Self.tasks())
    #expect(try own.id == PlanSelection(named: "27", plans: Self.plans, tasks: Self.tasks()).id)
  }

  @Test func `the hint for a missing task names close ids`() throws {
    let error = try #require(throws: PairError.self) {
      try PlanSelection(named: "broken", plans: Self.plans, tasks: Self.tasks())
    }
    #expect(error.hint == "Add its task file, or take it out of the plan. There are: T-4.")
  }

  @Test func `a listed task whose file is invalid is left out, until none is left`() throws {
    let plans = [Plan(id: "p", title: "", path: "p.plan.md", taskIDs: ["T-1", "T-404"])]
    let selection = try PlanSelection(
      named: "p", plans: plans, tasks: [makeTask("T-1")], unusable: ["t-404", "t-405"])
    #expect(selection.tasks.map(\.id.text) == ["T-1"])
    #expect(selection.unusable == ["t-404"])
    let error = try #require(throws: PairError.self) {
      try PlanSelection(named: "p", plans: plans, tasks: [], unusable: ["t-1", "t-404"])
    }
    #expect(error.kind == .invalidInput)
  }
}

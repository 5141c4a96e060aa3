import PairCore
import TaskFiles
import Testing

@Suite struct PlanFileTests {
  static let plan = """
    # A plan
    id: library-plan
    title: "Library: sorted"
    type: feature
    status: planned
    sprints:
      - id: sprint-1
        title: Shelves
        goal: Sort them
        tasks: [T1.1, T1.2]
      - id: 2
        name: Doors
        tasks:
          - T2.1
          - id: T1.2
            title: Again
      - id: sprint-3
    tasks:
      - id: T9.1
        title: Windows
      - T1.1
    metrics: {total: 3}
    """

  static let result = Plan(
    id: "library-plan", title: "Library: sorted", path: "a.plan.yaml",
    sprints: [
      Sprint(id: "sprint-1", title: "Shelves", taskIDs: ["T1.1", "T1.2"]),
      Sprint(id: "2", title: "Doors", taskIDs: ["T2.1", "T1.2"]),
      Sprint(id: "sprint-3", title: "sprint-3"),
    ],
    taskIDs: ["T1.1", "T1.2", "T2.1", "T9.1"])

  @Test func `a plan lists each task once`() throws {
    #expect(try parsePlan(Self.plan) == Self.result)
    #expect(try parsePlan("---\n" + Self.plan.withCRLF, path: "a.plan.yaml") == Self.result)
  }

  @Test func `a plan in Markdown is its front matter`() throws {
    let plan = try parsePlan("---\n\(Self.plan)\n---\n\n# Plan\n\n- T99.1\n", path: "b/a.plan.MD")
    #expect(plan.sprints == Self.result.sprints)
    #expect(plan.taskIDs == Self.result.taskIDs)
    #expect(plan.path == "b/a.plan.MD")
  }

  @Test func `a plan of one line is valid`() throws {
    #expect(try parsePlan("id: x", path: "a.plan.yml") == Plan(id: "x", title: "x", path: "a.plan.yml"))
  }

  @Test(arguments: [
    ("", "a.plan.yaml", "a.plan.yaml:1:1"),
    ("title: x", "a.plan.yaml", "a.plan.yaml:1:1"),
    ("- x", "a.plan.yaml", "a.plan.yaml:1:1"),
    ("id: x\nsprints: {a: b}", "a.plan.yaml", "a.plan.yaml:2:10"),
    ("id: x\nsprints:\n  - title: a", "a.plan.yaml", "a.plan.yaml:3:5"),
    ("id: x\nsprints:\n  - a", "a.plan.yaml", "a.plan.yaml:3:5"),
    ("id: x\ntasks:\n  - [a]", "a.plan.yaml", "a.plan.yaml:3:5"),
    ("id: x\ntasks:\n  - T1: a", "a.plan.yaml", "a.plan.yaml:3:5"),
    ("id: x\n\n## Overview\n\nSome prose\nand more: of it", "a.plan.yaml", "a.plan.yaml:6:1"),
    ("id: x", "a.plan.md", "a.plan.md:1:1"),
    ("---\nid: x\ntasks: a\n---\n", "a.plan.md", "a.plan.md:3:8"),
  ])
  func `a broken plan is refused where it is broken`(_ text: String, _ path: String, _ place: String) {
    let error = #expect(throws: PairError.self) { try parsePlan(text, path: path) }
    #expect(error?.location?.description == place)
    #expect(error?.kind == .invalidInput)
  }
}

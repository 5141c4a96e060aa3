import PairCore
import TaskFiles
import Testing

@Suite struct TaskHeadTests {
  static let frontMatter = """
    ---
    id: T7.2   # the second one
    title: "Sort the shelves: by size"
    plan: library
    type: refactor
    priority: 2
    complexity: 35
    effort: M
    status: In Progress
    sprint: 29.10
    tags: [shelves, sorting]
    depends_on:
      - T7.1
      - TASK-003 (done already)
    agent: claude-code
    agents: [codex-cli, claude-code]
    requires: shell, tests
    stack: CLI
    trello_labels:
      - Backend
    ---

    # T7.2: Another title
    """

  static let bullets = """
    # TASK-031: Shelf Sorter

    ## Metadata
    - **ID**: TASK-031
    - **Plan**: library
    - **Sprint**: sprint-6
    - **Priority**: p0 (urgent)
    - **Complexity**: 60
    - **Status**: done
    - **Created**: 2026-01-16
    - **TAGS**: shelves, multi-agent
    - **Type:** feature
    - Agent: claude-code
    - **Requires**: shell
    - **Depends On**: TASK-030
    - changelog_entry: Shelves are sorted

    ## Description

    Sort them.
    """

  @Test func `front matter states the fields`() throws {
    let task = try parseTask(Self.frontMatter, path: ".paircoder/tasks/x.task.md")
    #expect(task.id.text == "T7.2")
    #expect(task.title == "Sort the shelves: by size")
    #expect(task.source == TaskSource(path: ".paircoder/tasks/x.task.md", blob: blob))
    #expect(task.text == Self.frontMatter)
    var metadata = TaskMetadata()
    metadata.format = .frontMatter
    metadata.type = "refactor"
    metadata.priority = "P2"
    metadata.complexity = 35
    metadata.effort = "M"
    metadata.status = TaskStatus("in_progress")
    metadata.plan = "library"
    metadata.sprint = "29.10"
    metadata.tags = ["shelves", "sorting"]
    metadata.dependsOn = ["T7.1", "TASK-003"]
    metadata.agents = ["claude-code", "codex-cli"]
    metadata.requires = ["shell", "tests"]
    #expect(task.metadata == metadata)
  }

  @Test func `bullets state the fields`() throws {
    let task = try parseTask(Self.bullets)
    #expect(task.id.text == "TASK-031")
    #expect(task.title == "Shelf Sorter")
    var metadata = TaskMetadata()
    metadata.format = .bullets
    metadata.type = "feature"
    metadata.priority = "P0"
    metadata.complexity = 60
    metadata.status = .done
    metadata.plan = "library"
    metadata.sprint = "sprint-6"
    metadata.tags = ["shelves", "multi-agent"]
    metadata.dependsOn = ["TASK-030"]
    metadata.agents = ["claude-code"]
    metadata.requires = ["shell"]
    #expect(task.metadata == metadata)
  }

  @Test(arguments: [TaskHeadTests.frontMatter, TaskHeadTests.bullets])
  func `line ends and a byte order mark change nothing`(_ text: String) throws {
    let plain = try parseTask(text)
    for other in [text.withCRLF, "\u{FEFF}" + text, "\u{FEFF}" + text.withCRLF] {
      let task = try parseTask(other)
      #expect(task.metadata == plain.metadata)
      #expect(task.title == plain.title)
      #expect(task.id == plain.id)
      #expect(task.sections.map(\.line) == plain.sections.map(\.line))
    }
    #expect(try parseTask("\u{FEFF}" + text).text == text)
  }

  @Test(arguments: [
    ("27", "27"), ("29.2", "29.2"), ("29.10", "29.10"), ("sprint-5", "sprint-5"), ("'hotfix'", "hotfix"),
    ("~", nil), ("", nil),
  ])
  func `a sprint is the text of its scalar`(_ yaml: String, _ sprint: String?) throws {
    #expect(try parseTask(yaml: "sprint: \(yaml)").metadata.sprint == sprint)
  }

  @Test(arguments: [
    ("2", "P2"), ("P0", "P0"), ("p1", "P1"), ("high", "P1"), ("Critical", "P0"), ("12", "12"),
    ("soon", "soon"),
  ])
  func `a priority may be a bare number or a word`(_ text: String, _ priority: String) throws {
    #expect(try parseTask(yaml: "priority: \(text)").metadata.priority == priority)
    #expect(try parseTask(bullets: "- **Priority**: \(text)").metadata.priority == priority)
  }

  @Test(arguments: ["high", "-1", "101", "3.5", "99999999999999999999"])
  func `a complexity that is no number up to 100 is refused`(_ text: String) {
    let yaml = #expect(throws: PairError.self) { try parseTask(yaml: "complexity: \(text)") }
    #expect(yaml?.location?.description == "tasks/a.md:3:13")
    let bullets = #expect(throws: PairError.self) { try parseTask(bullets: "- **Complexity**: \(text)") }
    #expect(bullets?.location?.description == "tasks/a.md:5:19")
    for error in [yaml, bullets] {
      #expect(error?.kind == .invalidInput)
      #expect(error?.message == "the complexity must be a whole number from 0 to 100, not '\(text)'")
    }
  }

  @Test func `a file of ranges does not grow a hundredfold`() throws {
    let ranges = (1...1000).map { "T\($0).1–T\($0).99" }
    let ends = (1...1000).flatMap { ["T\($0).1", "T\($0).99"] }
    let list = ranges.map { "- " + $0 }.joined(separator: "\n")
    for task in [
      try parseTask(yaml: "depends_on:\n" + list),
      try parseTask(yaml: "type: fix", body: "## Dependencies\n\n" + list),
      try parseTask(bullets: "- **Depends On**: " + ranges.joined(separator: ", ")),
    ] {
      let found = task.metadata.dependsOn
      #expect(found.starts(with: (1...99).map { "T1.\($0)" }))
      #expect(found.count < 3100)
      #expect(Set(found).isSuperset(of: ends))
    }
  }

  @Test(arguments: [0, 100]) func `the ends of the range are valid`(_ number: Int) throws {
    #expect(try parseTask(yaml: "complexity: \(number)").metadata.complexity == number)
    #expect(try parseTask(bullets: "- **Complexity**: \(number)").metadata.complexity == number)
  }

  @Test(arguments: [
    ("[]", []), ("None", []), ("~", []), ("TASK-2", ["TASK-2"]), ("TASK-2, T3.1", ["TASK-2", "T3.1"]),
    ("[my-task, TASK-1, TASK-2, TASK-2]", ["my-task", "TASK-1", "TASK-2"]), ("[T1.1-T1.3]", ["T1.1-T1.3"]),
  ])
  func `depends_on lists ids once`(_ yaml: String, _ ids: [String]) throws {
    #expect(try parseTask(yaml: "depends_on: \(yaml)").metadata.dependsOn == ids)
  }

  @Test func `depends_on without an id is refused`() {
    let error = #expect(throws: PairError.self) { try parseTask(yaml: "depends_on: [when ready]") }
    #expect(error?.message == "'when ready' under 'depends_on' is no task id")
    #expect(error?.location?.description == "tasks/a.md:3:13")
  }

  @Test(arguments: [
    ("---\ntitle: x\n---\n# TASK-1: One\n", "tasks/a.md:1"),
    ("---\n---\n", "tasks/a.md:1"),
    ("\n---\nid: ~\n---\n", "tasks/a.md:2"),
    ("# One\n\n## Metadata\n- **Plan**: x\n", "tasks/a.md:3"),
    ("Text.\n\n# Note: nothing here\n", "tasks/a.md:3"),
    ("", "tasks/a.md:1"),
  ])
  func `a task without an id is refused`(_ text: String, _ place: String) {
    let error = #expect(throws: PairError.self) { try parseTask(text) }
    #expect(error?.message == "the task states no id")
    #expect(error?.hint != nil)
    #expect(error?.location?.description == place)
  }

  @Test(arguments: [
    ("---\ntitle: x\nid: ../x\n---\n", "tasks/a.md:3:5"),
    ("# A\n## Metadata\n\n- **ID**: a/b\n", "tasks/a.md:4:11"),
    ("---\nid: [a]\n---\n", "tasks/a.md:2:5"),
    ("---\nid: a\nstatus: {a: b}\n---\n", "tasks/a.md:3:9"),
    ("\n---\nid: a\nid: b\n---\n", "tasks/a.md:4:1"),
    ("---\nid: a\nx: [\n---\n", "tasks/a.md:4:1"),
    ("---\n- a\n---\n", "tasks/a.md:2:1"),
    ("\n---\nid: a\n", "tasks/a.md:2:1"),
  ])
  func `a broken head is refused where it is broken`(_ text: String, _ place: String) {
    let error = #expect(throws: PairError.self) { try parseTask(text) }
    #expect(error?.location?.description == place)
    #expect(error?.kind == .invalidInput)
  }

  @Test(arguments: [
    ("# TASK-9: Mend it", "TASK-9", "Mend it"), ("# T2.10 - Mend it", "T2.10", "Mend it"),
    ("# TASK-9:", "TASK-9", "TASK-9"), ("Mend `it` — TASK-9: x\n===", nil, nil),
    ("# HF-001: Mend `it`\n\n# Notes", "HF-001", "Mend it"),
  ])
  func `without a head the heading states the id`(_ text: String, _ id: String?, _ title: String?) {
    let task = try? parseTask(text)
    #expect(task?.id.text == id)
    #expect(task?.title == title)
  }

  @Test(arguments: [
    ("# Objective\n\n# TASK-1: Mend it", "Mend it"), ("# task-1: Mend it", "Mend it"),
    ("# Mend it", "Mend it"),
    ("## Only a part", "TASK-1"), ("```\n# no heading\n```", "TASK-1"),
    ("# TASK-11: Other", "TASK-11: Other"),
  ])
  func `the title falls back to a heading`(_ body: String, _ title: String) throws {
    #expect(try parseTask(yaml: "type: fix", body: body).title == title)
  }

  @Test func `bytes that are no UTF-8 are refused where they stand`() {
    let bytes = Array("---\nid: T1\n# äé".utf8) + [0xC3, 0x28]
    let error = #expect(throws: PairError.self) { try TaskFile.parse(bytes, path: "b.md", blob: blob) }
    #expect(error?.message == "the file is not UTF-8")
    #expect(error?.location?.description == "b.md:3:5")
    #expect(throws: PairError.self) { try TaskFile.parse([0xFF], path: "b.md", blob: blob) }
    #expect(throws: Never.self) { try parseTask("# T1: \u{FFFD} 😀") }
  }

  @Test func `a file larger than a mebibyte is refused`() throws {
    let head = "# T1: Large\n"
    let fits = head + String(repeating: "x", count: (1 << 17) - head.utf8.count)
    #expect(try parseTask(fits).text.utf8.count == 1 << 17)
    let error = #expect(throws: PairError.self) { try parseTask(fits + "x") }
    #expect(error?.message == "the file has 131073 bytes; the limit is 131072")
    #expect(error?.location?.description == "tasks/a.md")
  }

  @Test func `the order of keys does not matter`() throws {
    var keys = [
      "id: TASK-1", "title: Merge a.py + b.py", "type: feature", "priority: P1", "complexity: 40",
      "effort: M",
      "tags: [a, b]", "depends_on: [TASK-2]", "agent: codex", "requires: [refactoring]", "sprint: 27",
    ]
    func brief() throws -> TaskBrief {
      TaskBrief(of: try parseTask("---\n\(keys.joined(separator: "\n"))\n---\nText.\n"))
    }
    let first = try brief()
    for _ in 0..<keys.count {
      keys.append(keys.removeFirst())
      #expect(try brief() == first)
      #expect(
        Set(try parseTask("---\n\(keys.reversed().joined(separator: "\n"))\n---\n").metadata.tags) == [
          "a", "b",
        ])
    }
  }
}

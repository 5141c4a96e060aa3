import Foundation
import TestSupport
import Testing

@Suite struct RouteTests {
  private func repository() throws -> ScratchRepository {
    let repository = try ScratchRepository.with(
      TaskText("TASK-2", title: "Design the store", fields: ["complexity: 70"], body: "x"),
      TaskText("TASK-10", title: "Fix the store", fields: ["type: bugfix", "complexity: 10"], body: "x"),
      TaskText("TASK-9", title: "Old work", fields: ["type: docs", "complexity: 10"], body: "x"))
    let path = ".paircoder/tasks/TASK-9.task.md"
    let text = try #require(repository.read(path))
    try repository.write(path, text.replacingOccurrences(of: "status: pending", with: "status: done"))
    try repository.write(".paircoder/tasks/bad.task.md", "---\nid: [\n---\n")
    try repository.install(standIn: "claude")
    try repository.install(standIn: "codex")
    return repository
  }

  @Test func `all tasks are shown in order, done ones and invalid files among them`() throws {
    let run = try repository().pair("route", "--all", ends: 65, touching: .nothing)
    let rows = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.map { $0[0] } == ["TASK", "TASK-2", "TASK-9", "TASK-10"])
    #expect(rows[1][1...6] == ["design", "high", "multi-file", "low", "claude-code", "plan"])
    #expect(rows[3][1...6] == ["fix", "low", "single-file", "low", "codex-cli", "auto-edit"])
    #expect(run.errors.hasPrefix("error: .paircoder/tasks/bad.task.md:"))
  }

  @Test func `as JSON each task is one line, and so is each invalid file`() throws {
    let run = try repository().pair("route", "--all", "--json", ends: 65, touching: .nothing)
    let lines = try run.output.split(separator: "\n").map { try JSON(String($0)) }
    #expect(lines.map { $0["task"].text } == ["TASK-2", "TASK-9", "TASK-10", ""])
    #expect(lines.allSatisfy { $0["schema"].text == "bpsai-pair/route/1" })
    #expect(lines[0]["agent"].text == "claude-code")
    #expect(lines[0]["mode"].text == "plan")
    #expect(lines[0]["file"].text == ".paircoder/tasks/TASK-2.task.md")
    #expect(lines[0]["ranking"].list.count == 3)
    #expect(lines[0]["estimatedTokens"].text == "30019")
    #expect(lines[0]["confidence"].text == "0.72")
    #expect(lines[0]["evidence"].list.first?["because"].text == "the title begins with 'design'")
    #expect(lines[3]["file"].text == ".paircoder/tasks/bad.task.md")
    #expect(run.errors == "")
  }

  @Test func `tasks can be named, one at a time or several`() throws {
    let run = try repository().pair("route", "task-10", "TASK-2", touching: .nothing)
    #expect(
      run.output.split(separator: "\n").map { $0.prefix { $0 != " " } } == ["TASK", "TASK-10", "TASK-2"])
    try repository().pair("route", ends: 64, touching: .nothing)
    try repository().pair("route", "--all", "TASK-2", ends: 64, touching: .nothing)
    try repository().pair("route", "TASK-77", ends: 64, touching: .nothing)
  }

  @Test func `the tasks that a range of commits changed are those of its last commit`() throws {
    let repository = try repository()
    let task = TaskText("TASK-11", title: "Review the store", body: "x")
    try repository.write(task.path, task.text)
    try repository.commit("Another")
    try repository.write(task.path, task.text.replacingOccurrences(of: "Review", with: "Fix"))
    func route(_ range: String, ends status: Int32 = 0) throws -> Invocation {
      try repository.pair("route", "--changed", range, "--json", ends: status, touching: .nothing)
    }
    for range in ["HEAD~1..HEAD", "HEAD~1..", "HEAD~1...HEAD"] {
      let lines = try route(range, ends: 65).output.split(separator: "\n").map { try JSON(String($0)) }
      #expect(lines.first { $0["task"] == "TASK-11" }?["type"].text == "review")
      #expect(lines.first { $0["task"] == "TASK-10" } == nil)
    }
    #expect(try route("HEAD..HEAD").errors == "no task file changed in HEAD..HEAD\n")
    #expect(try route("HEAD", ends: 64).errors.contains("is no range of commits"))
    #expect(try route("nothing..HEAD", ends: 64).errors.contains("no commit is called 'nothing'"))
  }

  @Test func `the decisions that other capabilities would change are shown`() throws {
    let repository = try repository()
    try repository.write(
      "other.yaml", "agents:\n  claude-code:\n    strengths: [rapid-iteration]\n    weaknesses: []\n")
    let run = try repository.pair("route", "--against", "other.yaml", ends: 65, touching: .nothing)
    #expect(
      run.output.hasPrefix(
        "TASK-9  claude-code (auto) → codex-cli (auto): the default branch wants documentation; "))
    #expect(run.output.hasSuffix("\n1 of 3 decisions would change\n"))
    let json = try repository.pair(
      "route", "--against", "other.yaml", "--all", "--json", ends: 65, touching: .nothing)
    let line = try JSON(try #require(json.output.split(separator: "\n").first.map(String.init)))
    #expect(line["before", "agent"] == "claude-code")
    #expect(line["after", "agent"] == "codex-cli")
    let same = try repository.pair("route", "--against", "HEAD", "TASK-2", touching: .nothing)
    #expect(same.output == "0 of 1 decisions would change\n")
    let unknown = try repository.pair("route", "--against", "nothing", ends: 64, touching: .nothing)
    #expect(unknown.errors.contains("'nothing' is neither a file nor a commit"))
    try repository.write("other.yaml", "agents: [")
    try repository.pair("route", "--against", "other.yaml", ends: 65, touching: .nothing)
  }

  @Test func `a task whose agent key names nobody is an error among the rest`() throws {
    let repository = try repository()
    let task = TaskText("TASK-11", fields: ["agent: nobody"], body: "x")
    try repository.write(task.path, task.text)
    let run = try repository.pair("route", "--all", "--json", ends: 65, touching: .nothing)
    let lines = try run.output.split(separator: "\n").map { try JSON(String($0)) }
    #expect(lines.count == 5)
    #expect(
      lines.contains {
        $0["error"].text.hasPrefix("the task's 'agent' key: ") && $0["file"].text == task.path
      })
  }

  @Test func `a recorded decision is made again, byte for byte`() throws {
    let repository = try repository()
    let dryRun = try repository.pair("orchestrate", "--task", "TASK-10", "--dry-run", "--json").output
    try repository.write("dry-run.json", dryRun)
    try repository.write(
      "tampered.json",
      dryRun.replacingOccurrences(of: "\"inputs\" : {", with: "\"inputs\" : {\n \"more\" : 1,"))
    try repository.write(
      "hostile.json",
      dryRun.replacingOccurrences(of: "\"sizeInBytes\" : ", with: "\"sizeInBytes\" : -9"))
    try repository.write(
      "escape.json", dryRun.replacingOccurrences(of: "\"codex-cli\"", with: "\"\\u001b[31mred\""))
    func replay(_ name: String, ends status: Int32 = 0) throws -> Invocation {
      try repository.pair("route", "replay", name, ends: status, touching: .nothing)
    }
    #expect(
      try replay("dry-run.json").output
        == "TASK-10 → codex-cli (auto-edit): the same again, value for value\n")
    #expect(try replay("tampered.json", ends: 1).output.contains("  -     \"more\" : 1,\n"))
    #expect(try replay("hostile.json", ends: 65).errors.contains("that no decision can have had"))
    #expect(try !replay("escape.json", ends: 1).output.contains("\u{1B}"))
    try repository.pair("orchestrate", "--task", "TASK-10")
    #expect(
      try replay("task-10").output == "TASK-10 → codex-cli (auto-edit): the same again, byte for byte\n")

    let recorded = try repository.git(["show", "refs/paircoder/tasks/TASK-10:decision.json"]) + "\n"
    try repository.write("decision.json", recorded)
    #expect(try replay("decision.json").output.hasSuffix("byte for byte\n"))
    try repository.write(
      "decision.json",
      recorded.replacingOccurrences(of: "\"mode\" : \"auto-edit\"", with: "\"mode\" : \"plan\""))
    let other = try replay("decision.json", ends: 1).output
    #expect(other.contains("TASK-10 → codex-cli (plan): not the same again\n"))
    #expect(other.contains("  -   \"mode\" : \"plan\",\n  +   \"mode\" : \"auto-edit\",\n"))
    try repository.write("decision.json", recorded + "\n")
    _ = try replay("decision.json", ends: 1)

    try repository.write("decision.json", "{\"schema\": \"bpsai-pair/decision/1\"}")
    #expect(try replay("decision.json", ends: 65).errors.contains("is of the form 'bpsai-pair/decision/1'"))
    try repository.write("decision.json", "[]")
    #expect(try replay("decision.json", ends: 65).errors.contains("is no recorded decision"))
    _ = try replay("TASK-2", ends: 64)
    _ = try replay("no/such file", ends: 64)
  }
}

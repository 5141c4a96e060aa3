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
    let run = try repository().pair("route", "--all", touching: .nothing)
    let rows = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.map { $0[0] } == ["TASK", "TASK-2", "TASK-9", "TASK-10"])
    #expect(rows[1][1...6] == ["design", "high", "single-file", "medium", "claude-code", "plan"])
    #expect(rows[3][1...6] == ["fix", "low", "single-file", "medium", "codex-cli", "auto-edit"])
    #expect(run.errors.hasPrefix("error: .paircoder/tasks/bad.task.md:"))
  }

  @Test func `as JSON each task is one line, and so is each invalid file`() throws {
    let run = try repository().pair("route", "--all", "--json", touching: .nothing)
    let lines = try run.output.split(separator: "\n").map { try JSON(String($0)) }
    #expect(lines.map { $0["task"].text } == ["TASK-2", "TASK-9", "TASK-10", ""])
    #expect(lines.allSatisfy { $0["schema"].text == "bpsai-pair/route/1" })
    #expect(lines[0]["agent"].text == "claude-code")
    #expect(lines[0]["mode"].text == "plan")
    #expect(lines[0]["file"].text == ".paircoder/tasks/TASK-2.task.md")
    #expect(lines[0]["ranking"].list.count == 3)
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
}

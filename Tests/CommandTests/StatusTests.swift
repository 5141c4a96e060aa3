import Foundation
import TestSupport
import Testing

@Suite struct StatusTests {
  @Test func `without tasks it says where they go`() throws {
    let repository = try ScratchRepository.with()
    let run = try repository.pair("status", touching: .nothing)
    #expect(run.output == "")
    #expect(
      run.errors
        == "There are no tasks yet. Put one into .paircoder/tasks/, or begin with 'bpsai-pair init'.\n")
  }

  @Test func `tasks stand in the order of their numbers, archived ones not at all`() throws {
    let repository = try ScratchRepository.with(
      TaskText("TASK-10", body: ""), TaskText("TASK-9", body: ""), TaskText("TASK-1", body: ""))
    try repository.write(".paircoder/tasks/archive/TASK-2.task.md", TaskText("TASK-2", body: "").text)
    let run = try repository.pair("status", touching: .nothing)
    #expect(
      run.output == """
        TASK     STATE    AGENT  BRANCH  COST  TITLE
        TASK-1   pending  –      –          –  Write a greeting
        TASK-9   pending  –      –          –  Write a greeting
        TASK-10  pending  –      –          –  Write a greeting

        """)
  }

  @Test func `invalid files are named beside the valid ones`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: ""))
    try repository.write(".paircoder/tasks/TASK-2.task.md", "---\nid: TASK-2\ncomplexity: 500\n---\n")
    let status = try JSON(repository.pair("status", "--json", touching: .nothing).output)
    #expect(status["tasks"].list.map { $0["task"].text } == ["TASK-1"])
    let invalid = status["invalid"].list
    #expect(invalid.map { $0["file"].text } == [".paircoder/tasks/TASK-2.task.md"])
    #expect(invalid.map { $0["line"].text } == ["3"])
  }

  @Test func `an id in two files is an error that names both`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: ""), TaskText("TASK-2", body: ""))
    try repository.write(".paircoder/tasks/copy.md", TaskText("task-1", body: "").text)
    let run = try repository.pair("status", touching: .nothing)
    #expect(
      run.errors == """
        error: TASK-1 stands in 2 files: .paircoder/tasks/TASK-1.task.md, .paircoder/tasks/copy.md
        hint: Give one of them another id, or move the old one into an 'archive' folder.

        """)
    #expect(!run.output.lowercased().contains("task-1"))
    #expect(run.output.contains("TASK-2"))
  }

  @Test func `a result whose branch was deleted by hand is still told`() throws {
    let repository = try ScratchRepository.trusting(TaskText("TASK-1", recipe: "echo hello > hello.txt"))
    try repository.pair("orchestrate", "--task", "TASK-1")
    let commit = try repository.git(["rev-parse", "paircoder/TASK-1"])
    try repository.git(["branch", "--quiet", "-D", "paircoder/TASK-1"])
    let status = try repository.pair("status", touching: .nothing)
    #expect(status.output.contains("committed (its branch is gone; the result was \(commit.prefix(10)))"))
  }

  @Test func `one invalid file is not said to be none`() throws {
    let repository = try ScratchRepository.with()
    try repository.write(".paircoder/tasks/T.task.md", "---\ntitle: No id\n---\n")
    let run = try repository.pair("status", touching: .nothing)
    #expect(run.output == "")
    #expect(run.errors.contains("T.task.md"))
    #expect(!run.errors.contains("no tasks yet"))
  }

  @Test func `a title cannot steer the terminal`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", title: "\"a \\e]0;x\\a b\"", body: ""))
    for command in [["status"], ["orchestrate", "--task", "TASK-1", "--dry-run"]] {
      let run = try Invocation.run(
        Pair.program, command, in: repository.path, environment: repository.scratch.environment)
      #expect(!(run.output + run.errors).contains { $0 == "\u{1B}" || $0 == "\u{7}" })
      #expect(run.output.contains("a "))
    }
  }

  @Test func `a reader that has seen enough is no failure`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: ""))
    let run = try Invocation.run(
      "/bin/bash", ["-c", "\"$0\" status | true; echo ${PIPESTATUS[0]}", Pair.program], in: repository.path,
      environment: repository.scratch.environment)
    #expect(run.output == "0\n")
    #expect(run.errors == "")
  }
}

import Foundation
import TestSupport
import Testing

@Suite struct TaskFormatTests {
  @Test(arguments: [
    (TaskText("TASK-1", recipe: "echo hello > hello.txt"), "status: pending", "status: done"),
    (
      TaskText.bullets("TASK-1", recipe: "echo hello > hello.txt"), "- **Status**: pending",
      "- **Status**: done"
    ),
  ])
  func `either format runs, and gets its status in its own way`(
    task: TaskText, before: String, after: String
  ) throws {
    let repository = try ScratchRepository.trusting(task)
    try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "hello")
    #expect(task.text.contains(before))
    #expect(
      try repository.text(of: task.path, at: "paircoder/TASK-1") + "\n"
        == task.text.replacingOccurrences(of: before, with: after))
    #expect(repository.read(task.path) == task.text)
  }

  @Test func `an id is the same in upper and lower case`() throws {
    let repository = try ScratchRepository.trusting(TaskText("TASK-1", recipe: "echo hello > hello.txt"))
    try repository.pair("orchestrate", "--task", "task-1")
    #expect(try repository.hasBranch(of: "TASK-1"))
    for command in ["log", "review", "discard"] { try repository.pair(command, "task-1") }
  }
}

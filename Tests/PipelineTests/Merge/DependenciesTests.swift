import Git
import PairCore
import TaskFiles
import Testing

@testable import Pipeline

@Suite(.serialized) struct DependenciesTests {
  private let story: Story

  init() throws {
    story = try Story(
      "status: pending\n---\n",
      [
        Story.path("T-2"): "---\nid: T-2\nstatus: done\n---\n",
        Story.path("T-4"): "---\nid: T-4\nstatus: [\n---\n",
        ".paircoder/tasks/a/T-5.task.md": "---\nid: T-5\nstatus: pending\n---\n",
        ".paircoder/tasks/b/T-5.task.md": "---\nid: T-5\nstatus: done\n---\n",
        ".paircoder/tasks/a/T-6.task.md": "---\nid: T-6\nstatus: done\n---\n",
        ".paircoder/tasks/b/T-6.task.md": "---\nid: T-6\nstatus: done\n---\n",
      ])
  }

  @Test(arguments: [
    ("T-1", "T-1, which is not done"), ("t-1", "T-1, which is not done"), ("T-2", nil),
    ("T-3", "T-3, and there is no such task"), ("T-4", "T-4, whose task file is invalid"),
    ("T-5", "T-5, and several tasks are called so"), ("T-6", nil),
    ("not an id", "not an id, and there is no such task"),
  ])
  func `what a task depends on is done by its file, or is told`(name: String, words: String?) throws {
    let task = try makeTask("T-9", needs: [name])
    #expect(try Dependencies(story.workspace).unmet(by: task) == [words].compactMap(\.self))
  }

  @Test func `a result that can be used is as good as done`() throws {
    let task = try makeTask("T-9", needs: ["T-1", "t-1"])
    let commit = try story.finish()
    #expect(try Dependencies(story.workspace).unmet(by: task).isEmpty)
    try story.repository.deleteRef(BranchName.result(of: story.id).ref, expecting: commit)
    #expect(try Dependencies(story.workspace).unmet(by: task).count == 2)
  }

  @Test(arguments: [("GPT-4", true), ("T-77", false)])
  func `what only looks like an id in prose is no task`(name: String, isMet: Bool) throws {
    var metadata = TaskMetadata()
    metadata.dependsOn = [name]
    let task = AgentTask(
      id: try TaskID("T-9"), title: "", source: TaskSource(path: "T-9.task.md", blob: .ofBlob([])),
      metadata: metadata, dependenciesInProse: [name], text: "")
    #expect(try Dependencies(story.workspace).unmet(by: task).isEmpty == isMet)
  }

  @Test func `unknown dependencies are told together, with the ids around them`() throws {
    let resolver = DependencyResolver(try story.workspace.settings().library)
    let tasks = [try makeTask("T-8", needs: ["T-30"]), try makeTask("T-9", needs: ["T-2", "T-31"])]
    let error = failure { try resolver.requireDependencies(of: tasks, again: false) }
    #expect(
      error?.message == "T-8 depends on T-30; T-9 depends on T-31, and there are no such tasks")
    #expect(error?.hint?.contains("There are: ") == true)
    try resolver.requireDependencies(of: [makeTask("T-9", needs: ["T-1", "T-4"])], again: false)
    #expect(
      failure { try resolver.requireDependencies(of: [makeTask("T-9", needs: ["T-5"])], again: false) }?
        .message.hasPrefix("T-9 depends on T-5, and ") == true)
  }

  @Test func `what is done waits for nothing, unless it is run again`() throws {
    let done = try story.workspace.settings().library.task(TaskID("T-2"))
    let tasks = [done, try makeTask("T-9", needs: ["T-2"])]
    let id = tasks[1].id
    #expect(try TaskGraph(of: tasks, again: false).dependencies(of: id).isEmpty)
    #expect(try TaskGraph(of: tasks, again: true).dependencies(of: id) == [done.id])
  }

  @Test(arguments: [
    ("pending", nil), ("blocked", "its status is blocked"), ("done", nil), ("draft", "its status is draft"),
  ])
  func `a task of a plan is left alone by its own status`(status: String, reason: String?) throws {
    var metadata = TaskMetadata()
    metadata.status = TaskStatus(status)
    let task = AgentTask(
      id: try TaskID("T-9"), title: "", source: TaskSource(path: "T-9.task.md", blob: .ofBlob([])),
      metadata: metadata, text: "")
    let library = try story.workspace.settings().library
    #expect(DependencyResolver(library, startedBy: .standard).reasonToLeave(task) == reason)
    #expect(DependencyResolver(library).reasonToLeave(task) == nil)
    var taking = HookRules.standard
    taking.statuses = [TaskStatus(status)]
    #expect(DependencyResolver(library, startedBy: taking).reasonToLeave(task) == nil)
  }
}

@testable import PairCore
import Testing

@Suite struct ChangedTaskTests {
  static let main = BranchName("main")
  let task: TaskID

  init() throws { task = try TaskID("T-1") }

  func rules(_ mode: HookRules.Mode = .queue) -> HookRules { HookRules(mode: mode) }

  func change(
    _ text: Int = 1, _ status: String? = "pending", by origin: ChangedTask.Origin = .here,
    on branch: BranchName? = main, differsFromRun: Bool = true
  ) -> ChangedTask {
    ChangedTask(
      .text(object(text), status: status.map { TaskStatus($0) }), by: origin, on: branch,
      differsFromRun: differsFromRun)
  }

  /// The state after events of these kinds, each about one text, queued from the tip of `main`.
  func state(_ events: (TaskEvent.Kind, Int)...) -> TaskState {
    TaskState(
      task: task,
      entries: events.enumerated().map { index, event in
        var details = TaskEvent.Details()
        details.text = object(event.1)
        details.commit = event.0 == .committed ? object(50) : nil
        details.base = object(60)
        details.branch = event.0 == .queued ? Self.main : nil
        return (object(100 + index), TaskEvent(event.0, task, "It is so", details))
      })
  }

  @Test(arguments: [nil, "pending", "ready", "planned", "Ready"])
  func `a ready task is queued, or routed, as the mode says`(_ status: String?) {
    #expect(change(1, status).reaction(at: state(), by: rules(.queue)) == .queue)
    #expect(change(1, status).reaction(at: state(), by: rules(.run)) == .queue)
    #expect(change(1, status).reaction(at: state(), by: rules(.route)) == .route)
  }

  @Test(arguments: ["done", "blocked", "draft", "archived", "in_progress", "backlog", "cancelled"])
  func `a task of another status is left alone, and leaves the queue`(_ status: String) {
    for mode in HookRules.Mode.allCases {
      #expect(change(1, status).reaction(at: state(), by: rules(mode)) == .nothing)
    }
    #expect(
      change(2, status).reaction(at: state((.queued, 1)), by: rules())
        == .dequeue("its status is \(TaskStatus(status))"))
    #expect(
      change(2, status, on: BranchName("other")).reaction(at: state((.queued, 1)), by: rules()) == .nothing,
      "what another branch says of it does not matter to the one that it was queued on")
  }

  @Test func `who starts tasks by itself is told why it leaves one alone`() {
    #expect(HookRules().reasonToLeave(nil) == nil)
    #expect(HookRules().reasonToLeave(TaskStatus("To Do")) != nil)
    #expect(HookRules().reasonToLeave(TaskStatus("todo")) == nil)
    #expect(HookRules().reasonToLeave(TaskStatus("Blocked")) == "its status is blocked")
    let approved = HookRules(statuses: [TaskStatus("approved")])
    #expect(approved.reasonToLeave(TaskStatus("Approved")) == nil)
    #expect(approved.reasonToLeave(TaskStatus("pending")) == "its status is pending")
    #expect(approved.reasonToLeave(nil) == "it states no status")
  }

  @Test func `a text is queued once, whatever became of it`() {
    let queued = change(1)
    #expect(queued.reaction(at: state((.queued, 1)), by: rules()) == .nothing)
    #expect(queued.reaction(at: state((.queued, 1), (.queued, 2)), by: rules()) == .nothing)
    let withdrawn = state((.queued, 1), (.dequeued, 1))
    #expect(queued.reaction(at: withdrawn, by: rules()) == .queue, "its text was withdrawn and came back")
    let byPerson = TaskEvent(.dequeued, task, "A person took it out")
    let entries = [(object(1), state((.queued, 1)).last), (object(2), byPerson)]
    #expect(queued.reaction(at: TaskState(task: task, entries: entries), by: rules()) == .nothing)
    #expect(queued.reaction(at: state((.claimed, 1), (.failed, 1)), by: rules()) == .nothing)
    #expect(queued.reaction(at: state((.claimed, 1), (.committed, 1)), by: rules()) == .nothing)
    #expect(queued.reaction(at: state((.queued, 2)), by: rules()) == .queue)
    #expect(queued.reaction(at: state((.routed, 1)), by: rules()) == .queue, "the mode became another")
  }

  @Test func `a text is routed once, and not while it waits or runs`() {
    let rules = rules(.route)
    #expect(change(1).reaction(at: state((.routed, 1)), by: rules) == .nothing)
    #expect(change(1).reaction(at: state((.routed, 1), (.routed, 2)), by: rules) == .nothing)
    #expect(change(2).reaction(at: state((.routed, 1)), by: rules) == .route)
    #expect(change(2).reaction(at: state((.queued, 1)), by: rules) == .nothing)
    #expect(change(2).reaction(at: state((.claimed, 1)), by: rules) == .nothing)
    #expect(change(1).reaction(at: state((.committed, 1)), by: rules) == .nothing)
  }

  @Test func `what changes during a run is queued again only where it asks for something else`() {
    let running = state((.queued, 1), (.claimed, 1), (.started, 1))
    #expect(change(2, differsFromRun: false).reaction(at: running, by: rules()) == .nothing)
    #expect(change(2, differsFromRun: true).reaction(at: running, by: rules()) == .queue)
    #expect(change(1).reaction(at: running, by: rules()) == .nothing)
  }

  @Test func `what others brought is told and never queued, and what agents brought is neither`() {
    for mode in HookRules.Mode.allCases {
      #expect(change(by: .elsewhere).reaction(at: state(), by: rules(mode)) == .tell)
      #expect(change(by: .elsewhere).reaction(at: state((.routed, 1)), by: rules(mode)) == .nothing)
      #expect(change(by: .elsewhere).reaction(at: state((.queued, 1)), by: rules(mode)) == .nothing)
      #expect(change(by: .agent).reaction(at: state(), by: rules(mode)) == .nothing)
      #expect(change(by: .nobody).reaction(at: state(), by: rules(mode)) == .nothing)
    }
  }

  @Test func `a deleted or archived file takes its task out of the queue of its branch`() {
    let queued = state((.queued, 1))
    func gone(_ content: ChangedTask.Content, on branch: BranchName? = Self.main) -> ChangedTask.Reaction {
      ChangedTask(content, by: .here, on: branch).reaction(at: queued, by: rules())
    }
    #expect(gone(.deleted) == .dequeue("its file was deleted"))
    #expect(gone(.archived) == .dequeue("it was archived"))
    #expect(gone(.moved) == .nothing)
    #expect(gone(.deleted, on: BranchName("other")) == .nothing)
    #expect(gone(.deleted, on: nil) == .nothing)
    let asked = TaskState(task: task, entries: [(object(1), TaskEvent(.queued, task, "By a person"))])
    #expect(ChangedTask(.deleted, by: .here, on: nil).reaction(at: asked, by: rules()) == .nothing)
  }

  @Test func `rules name branches and statuses`() {
    var rules = rules()
    rules.branches = [Glob("main"), Glob("feature/*")]
    for (branch, isMeant) in [
      (Self.main, true), (BranchName("feature/x"), true), (BranchName("other"), false),
      (BranchName("paircoder/T-1"), false), (nil, false),
    ] {
      #expect((change(on: branch).reaction(at: state(), by: rules) == .queue) == isMeant)
    }
    rules = self.rules()
    #expect(change(on: BranchName("paircoder/T-1")).reaction(at: state(), by: rules) == .nothing)
    #expect(change(on: nil).reaction(at: state(), by: rules) == .queue)
    rules.statuses = [TaskStatus("todo")]
    #expect(change(1, "todo").reaction(at: state(), by: rules) == .queue)
    #expect(change(1, "pending").reaction(at: state(), by: rules) == .nothing)
    #expect(change(1, nil).reaction(at: state(), by: rules) == .nothing)
    #expect(HookRules(types: [.fix]).concerns(.fix))
    #expect(!HookRules(types: [.fix]).concerns(.design))
    #expect(HookRules().concerns(.design))
  }

  @Test(arguments: [TaskMetadata.Format.frontMatter, .bullets])
  func `status and ticks are not what a task asks for`(_ format: TaskMetadata.Format) throws {
    func task(
      _ title: String = "Greet", status: String = "pending", priority: String = "P1",
      body: String = "- [ ] Says hello",
      prose: String = "In English."
    ) throws -> AgentTask {
      var metadata = TaskMetadata()
      metadata.status = TaskStatus(status)
      metadata.priority = priority
      metadata.format = format
      let head =
        format == .frontMatter
        ? "---\nstatus: \(status)\n---\n\(prose)\n"
        : "# \(title)\n\n## Metadata\n- **Status**: \(status)\n\n\(prose)\n\n## What\n"
      return AgentTask(
        id: self.task, title: title, source: TaskSource(path: "a/\(status).md", blob: object(1)),
        metadata: metadata,
        text: head + body + "\n")
    }
    #expect(try !task().differsInSubstance(from: task(status: "done", body: "- [x] Says hello")))
    #expect(try task().differsInSubstance(from: task("Greet them")))
    #expect(try task().differsInSubstance(from: task(priority: "P0")))
    #expect(try task().differsInSubstance(from: task(body: "- [ ] Says goodbye")))
    #expect(try task().differsInSubstance(from: task(prose: "In French.")))
    #expect(try task().differsInSubstance(from: task(body: "- [ ] Says hello\n\nLoudly.")))
  }
}

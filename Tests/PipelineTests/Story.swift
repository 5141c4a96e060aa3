import AgentRuns
import Git
import Ledger
import PairCore
import Synchronization
import TaskFiles
import Testing
import TestSupport

@testable import Pipeline

/// A repository with the task T-1, in whose log and on whose branch a test itself puts what runs would have put there.
///
/// Suites that tell stories are serialised: each test keeps a thread of the pool busy, which tests with a time limit
/// wait for.
final class Story {
  let scratch: ScratchRepository
  let clock = StoryClock()
  let lines = StoryLines()
  let workspace: Workspace
  let task: AgentTask
  /// The commit with the task's file.
  let base: ObjectID

  /// - Parameters:
  ///   - text: of the task's file below its id and title.
  ///   - files: more that are committed.
  ///   - programs: what is on PATH beside the system's own, and does nothing.
  init(
    _ text: String = "type: feature\n---\n\nGreet.\n", _ files: [String: String] = [:],
    programs: [String] = []
  ) throws {
    scratch = try ScratchRepository()
    for program in programs { try scratch.scratch.write("bin/" + program, "", executable: true) }
    try scratch.write(Story.path("T-1"), "---\nid: T-1\ntitle: Greet\n" + text)
    for (name, text) in files { try scratch.write(name, text) }
    try scratch.commit()
    workspace = try Story.open(scratch, clock, lines)
    task = try workspace.settings().library.task(TaskID("T-1"))
    base = try #require(try workspace.repository.head().commit)
  }

  static func path(_ id: String) -> String { ".paircoder/tasks/\(id).task.md" }

  private static func open(
    _ scratch: ScratchRepository, _ clock: StoryClock, _ lines: StoryLines
  ) throws -> Workspace {
    let counter = Atomic<UInt64>(0)
    return try Workspace(
      ProcessContext(
        environment: scratch.scratch.environment, folder: scratch.path, program: "/bin/false", host: "host",
        processID: 1, isRoot: false, now: { clock.now },
        random: { counter.add(1, ordering: .relaxed).newValue }, effects: .open, say: { lines.add($0) }))
  }

  /// The workspace of another process, or of a later command.
  func another() throws -> Workspace { try Story.open(scratch, clock, lines) }

  var id: TaskID { task.id }
  var repository: Repository { _read { yield workspace.repository } }
  var record: TaskRecord { get throws { try TaskRecord(of: id, in: workspace) } }
  var state: TaskState { get throws { try record.state } }

  /// Whether somebody works on the task.
  var isHeld: Bool { get throws { try Lease.isHeld(id, in: repository) } }

  /// The kinds of the log's events.
  var kinds: [TaskEvent.Kind] { get throws { try record.events.map(\.kind) } }

  /// A run that began before the clock's start, the later the higher its number.
  func run(_ number: Int) -> RunID {
    RunID(
      start: Timestamp(secondsSince1970: StoryClock.start - 3600 + Int64(number) * 60),
      random: UInt64(0xABC0 + number))
  }

  /// Says in the log what happened in a run.
  @discardableResult
  func say(
    _ kind: TaskEvent.Kind, in run: Int? = nil, of task: AgentTask? = nil, files: [String: [UInt8]] = [:],
    _ change: (inout TaskEvent.Details) -> Void = { _ in }
  ) throws -> ObjectID {
    let task = task ?? self.task
    var details = TaskEvent.Details()
    details.run = run.map { self.run($0) }
    details.text = task.source.blob
    change(&details)
    let entry = try TaskLog(task.id).append(
      to: repository, by: workspace.requireUser(), files: files, random: workspace.process.random
    ) { _ in TaskEvent(kind, task.id, "\(task.id): \(kind.rawValue)", details) }
    return try #require(entry)
  }

  /// Says that `agent` has claimed the task in a run.
  @discardableResult
  func claim(
    in run: Int, by agent: AgentName = .claudeCode, mode: RunMode = .auto,
    _ change: (inout TaskEvent.Details) -> Void = { _ in }
  ) throws -> Assignment {
    let assignment = assignment(run, agent, mode)
    try say(
      .claimed, in: run,
      files: ["assignment.json": Record.json(assignment), "task.md": Array(task.text.utf8)]
    ) { details in
      details.agent = agent
      details.mode = mode
      details.base = assignment.base
      change(&details)
    }
    return assignment
  }

  func assignment(
    _ run: Int, _ agent: AgentName = .claudeCode, _ mode: RunMode = .auto, base: ObjectID? = nil,
    continues: Continuation? = nil, step: StepMark? = nil
  ) -> Assignment {
    Assignment(
      task: task, run: self.run(run), agent: agent, mode: mode, base: base ?? self.base,
      configuration: self.base, continues: continues, step: step, branch: .result(of: id),
      estimatedTokens: 10, estimatedCostInUSD: 0.1, maxCostInUSD: nil, prompt: Prompt(text: "Greet."))
  }

  /// How a run ended, by its record.
  func outcome(
    _ run: Int, _ end: RunOutcome.End, by agent: AgentName = .claudeCode, costing cost: Double = 0,
    report: AgentReport = AgentReport(), findings: [Finding] = []
  ) -> RunOutcome {
    RunOutcome(
      run: self.run(run), agent: agent, mode: .auto, end: end, changedPaths: ["a.txt"], findings: findings,
      report: report, costInUSD: cost, durationInSeconds: 1)
  }

  /// A commit on `parents` that puts these files there.
  func commit(
    _ files: [String: String] = ["a.txt": "Hello\n"], on parents: [ObjectID]? = nil,
    message: String = "Work\n"
  ) throws -> ObjectID {
    let parents = parents ?? [base]
    let tree = try repository.writeTree(
      on: repository.tree(of: parents[0]),
      putting: files.sorted { $0.key < $1.key }.map {
        .init(path: $0.key, id: try repository.writeBlob(Array($0.value.utf8)), mode: .file)
      })
    let user = try workspace.requireUser()
    return try repository.writeCommit(
      tree: tree, parents: parents, author: user, committer: user, message: message)
  }

  /// Moves a task's result branch.
  func point(_ task: AgentTask? = nil, at commit: ObjectID) throws {
    let ref = BranchName.result(of: (task ?? self.task).id).ref
    try repository.swapRef(ref, from: repository.ref(ref), to: commit, because: "test")
  }

  /// Gives a task a result: on its branch, and in its log.
  @discardableResult
  func finish(
    in run: Int = 1, _ task: AgentTask? = nil, _ files: [String: String] = ["a.txt": "Hello\n"],
    on parent: ObjectID? = nil
  ) throws -> ObjectID {
    let commit = try commit(files, on: parent.map { [$0] })
    try point(task, at: commit)
    try say(.committed, in: run, of: task) { details in
      details.commit = commit
      details.base = parent ?? base
      details.agent = .claudeCode
      details.branch = .result(of: (task ?? self.task).id)
    }
    return commit
  }

  /// Writes and commits one more task.
  func add(_ id: String, _ head: String = "", body: String = "") throws -> AgentTask {
    try scratch.write(Story.path(id), "---\nid: \(id)\ntitle: Task \(id)\n\(head)---\n\n\(body)\n")
    try scratch.commit()
    workspace.parsed.forgetCheckout()
    return try workspace.settings().library.task(TaskID(id))
  }

  /// What a session of the task makes of `work`.
  func open<Value>(_ work: (TaskSession) async throws -> Value) async throws -> Value {
    try await CrashRecovery(workspace).withTask(id, work)
  }
}

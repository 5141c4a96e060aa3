import Git
import Ledger
import PairCore
import TestSupport
import Testing

@Suite struct TaskLogTests {
  let scratch: ScratchRepository
  let task: TaskID
  let log: TaskLog

  init() throws {
    scratch = try ScratchRepository()
    task = try TaskID("T29.2")
    log = TaskLog(task)
  }

  @discardableResult
  func append(
    _ kind: TaskEvent.Kind, _ sentence: String = "Something happened", files: [String: [UInt8]] = [:],
    _ change: (inout TaskEvent.Details) -> Void = { _ in }
  ) throws -> ObjectID? {
    var details = TaskEvent.Details()
    change(&details)
    return try log.append(to: scratch.open(), by: ada, files: files) { _ in
      TaskEvent(kind, task, sentence, details)
    }
  }

  @Test func `a task without a log is pending`() throws {
    #expect(try log.entries(in: scratch.open()).isEmpty)
    #expect(try log.state(in: scratch.open()) == TaskState(task: task))
    #expect(try log.file("task.md", in: scratch.open()) == nil)
    #expect(try Ledger.tasks(in: scratch.open()).isEmpty)
  }

  @Test func `what was appended reads back in order`() throws {
    let first = try append(.routed, "T29.2: queued")
    let second = try append(.failed, "T29.2: failed") {
      $0.failure = .crashed
      $0.costInUSD = 0.5
    }
    let entries = try log.entries(in: scratch.open())
    #expect(entries.map(\.id) == [first, second])
    #expect(entries.map(\.event?.sentence) == ["T29.2: queued", "T29.2: failed"])
    #expect(entries.allSatisfy { $0.at == ada.time })
    let state = try log.state(in: scratch.open())
    #expect(state.word == "failed")
    #expect(state.costInUSD == 0.5)
    #expect(try log.state(in: scratch.open()) == state)
  }

  @Test func `a log is read with plain git`() throws {
    try append(.routed, "T29.2: queued")
    try append(.started, "T29.2: codex-cli started")
    #expect(
      try scratch.git(["log", "--format=%an: %s", log.ref])
        == "Ada: T29.2: codex-cli started\nAda: T29.2: queued")
    #expect(
      try scratch.git(["log", "-1", "--format=%(trailers:key=PairCoder-Event,valueonly)", log.ref]).hasPrefix(
        "started"))
  }

  @Test(arguments: ["with a NUL \0 inside", "", "two\nlines\n\nPairCoder-Event: committed"])
  func `no sentence makes its entry unreadable`(_ sentence: String) throws {
    try append(.failed, sentence)
    let state = try log.state(in: scratch.open())
    #expect(state.word == "failed")
    #expect(state.unreadable.isEmpty)
  }

  @Test func `files of earlier events stay, and are replaced by name`() throws {
    try append(.routed, files: ["decision.json": Array("1".utf8), "task.md": Array("old".utf8)])
    try append(.started, files: ["task.md": Array("new".utf8)])
    try append(.reviewed)
    #expect(try log.file("decision.json", in: scratch.open()) == Array("1".utf8))
    #expect(try log.file("task.md", in: scratch.open()) == Array("new".utf8))
    #expect(try log.file("none", in: scratch.open()) == nil)
    #expect(try scratch.git(["show", log.ref + "~2:task.md"]) == "old")
  }

  @Test func `who decides to append nothing appends nothing`() throws {
    #expect(try log.append(to: scratch.open(), by: ada) { _ in nil } == nil)
    #expect(try scratch.open().ref(log.ref) == nil)
  }

  @Test func `many who append at once lose nothing`() throws {
    _ = try Race.run(8) { [scratch, log, task] writer in
      let repository = try scratch.open()
      for number in 0..<25 {
        try log.append(to: repository, by: ada) { state in
          TaskEvent(.routed, task, "\(writer) \(number) after \(state.last?.sentence ?? "nothing")")
        }
      }
    }
    let entries = try log.entries(in: scratch.open())
    let sentences = try entries.map { try #require($0.event?.sentence) }
    #expect(Set(sentences.map { $0.split(separator: " ").prefix(2) }).count == 200)
    #expect(entries.count == 200)
    // Each was decided on exactly the state that it was appended to.
    #expect(sentences.first?.hasSuffix("after nothing") == true)
    for (earlier, later) in zip(sentences, sentences.dropFirst()) {
      #expect(later.hasSuffix("after " + earlier))
    }
    for writer in 0..<8 {
      let own = sentences.filter { $0.hasPrefix("\(writer) ") }.compactMap {
        Int($0.split(separator: " ")[1])
      }
      #expect(own == Array(0..<25))
    }
  }

  @Test func `who lost a race decides again on what the winner wrote`() throws {
    var seen: [String] = []
    try log.append(to: scratch.open(), by: ada) { state in
      seen.append(state.word)
      if seen.count == 1 { try append(.claimed, "Somebody was faster") }
      return state.isUnderWay ? nil : TaskEvent(.claimed, task, "Mine")
    }
    #expect(seen == ["pending", "claimed"])
    #expect(try log.entries(in: scratch.open()).map(\.event?.sentence) == ["Somebody was faster"])
  }

  @Test func `a foreign commit is reported and changes nothing`() throws {
    try append(.routed)
    try scratch.git([
      "update-ref", log.ref,
      try scratch.git(["commit-tree", "-p", log.ref, "-m", "Mine!", log.ref + "^{tree}"]),
    ])
    let foreign = try #require(try scratch.open().ref(log.ref))
    let state = try log.state(in: scratch.open())
    #expect(state.unreadable == [foreign])
    #expect(state.word == "routed")
    try append(.claimed)
    #expect(try log.state(in: scratch.open()).word == "claimed")
    #expect(try log.entries(in: scratch.open()).map { $0.event != nil } == [true, false, true])
  }

  @Test func `an event of another task is reported`() throws {
    let other = try TaskID("T29")
    try TaskLog(other).append(to: scratch.open(), by: ada) { _ in TaskEvent(.routed, other, "x") }
    try scratch.git(["update-ref", log.ref, TaskLog(other).ref])
    let state = try log.state(in: scratch.open())
    #expect(state.word == "pending")
    #expect(state.unreadable.count == 1)
  }

  @Test func `a history with missing objects is reported from there on`() throws {
    let first = try #require(try append(.routed))
    try append(.started)
    let name = first.hex
    try Invocation.run(
      "/bin/rm", ["-f", "\(scratch.path)/.git/objects/\(name.prefix(2))/\(name.dropFirst(2))"],
      in: scratch.path,
      environment: scratch.scratch.environment
    ).expectSuccess()
    let entries = try log.entries(in: scratch.open())
    #expect(entries.map { $0.event?.kind } == [nil, .started])
    #expect(entries.first?.id == first)
    #expect(try log.state(in: scratch.open()).unreadable == [first])
  }

  @Test func `tasks with a log are listed, foreign refs are not`() throws {
    for id in ["T10", "T9"] {
      let task = try TaskID(id)
      try TaskLog(task).append(to: scratch.open(), by: ada) { _ in TaskEvent(.routed, task, "x") }
    }
    try scratch.git(["update-ref", "refs/paircoder/tasks/deep/er", TaskLog(try TaskID("T9")).ref])
    #expect(try Ledger.tasks(in: scratch.open()).map(\.text) == ["T9", "T10"])
  }
}

extension Invocation {
  func expectSuccess() { #expect(status == 0, "\(errors)") }
}

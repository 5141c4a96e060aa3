import Git
import Ledger
import PairCore
import TestSupport
import Testing

@Suite struct TaskHistoryTests {
  let scratch: ScratchRepository
  let log: TaskLog
  let tally = ReadTally()

  init() throws {
    scratch = try ScratchRepository()
    log = TaskLog(try TaskID("T-1"))
    try append(.routed)
    try append(.claimed)
  }

  private func append(_ kind: TaskEvent.Kind) throws {
    try log.append(to: scratch.open(), by: ada) { [log] _ in TaskEvent(kind, log.task, "It was \(kind)") }
  }

  private func open() throws -> Repository {
    var repository = try scratch.open()
    repository.reads = tally.counter
    return repository
  }

  private var walks: Int { tally["log walk T-1"] }

  /// What a reading of the whole log gives.
  private func expectWhole(_ history: TaskHistory) throws {
    #expect(try history.entries == log.entries(in: scratch.open()))
    #expect(try history.state == log.state(in: scratch.open()))
    #expect(try history.head == scratch.open().ref(log.ref))
  }

  @Test func `a task without a log has an empty history`() throws {
    let other = TaskLog(try TaskID("T-2"))
    var history = try TaskHistory(of: other, in: open())
    #expect(history.entries.isEmpty && history.head == nil && history.state == TaskState(task: other.task))
    try history.refresh(in: open())
    #expect(try history.file("task.md", in: open()) == nil)
    try history.append(to: open(), by: ada) { _ in TaskEvent(.queued, other.task, "x") }
    #expect(history.state.isQueued)
  }

  @Test func `what others append is read alone`() throws {
    let repository = try open()
    var history = try TaskHistory(of: log, in: repository)
    try history.refresh(in: repository)
    try append(.started)
    try append(.failed)
    try history.refresh(in: repository)
    try expectWhole(history)
    #expect(history.state.word == "failed")
    #expect(walks == 1)
  }

  @Test func `what is appended through it is not read again`() throws {
    let repository = try open()
    var history = try TaskHistory(of: log, in: repository)
    for number in 0..<5 {
      let files = ["n": [UInt8(number)]]
      let commit = try history.append(to: repository, by: ada, files: files) { [log] state in
        var details = TaskEvent.Details()
        details.costInUSD = 0.123456
        return TaskEvent(.failed, log.task, "After \(state.word)\nin two lines", details)
      }
      #expect(commit == history.head)
      #expect(try history.file("n", in: repository) == [UInt8(number)])
    }
    try expectWhole(history)
    #expect(walks == 1)
    #expect(try history.append(to: repository, by: ada) { _ in nil } == nil)
    try expectWhole(history)
  }

  @Test func `who lost a race decides on what the winner wrote`() throws {
    let repository = try open()
    var history = try TaskHistory(of: log, in: repository)
    var seen: [String] = []
    try history.append(to: repository, by: ada) { [log] state in
      seen.append(state.word)
      if seen.count == 1 { try append(.started) }
      return TaskEvent(.failed, log.task, "Mine")
    }
    #expect(seen == ["claimed", "started"])
    try expectWhole(history)
    #expect(walks == 1)
  }

  @Test func `a log that is another one now is read as a whole`() throws {
    let repository = try open()
    var history = try TaskHistory(of: log, in: repository)
    try scratch.git(["update-ref", log.ref, log.ref + "~1"])
    try append(.failed)
    try history.refresh(in: repository)
    try expectWhole(history)
    #expect(walks == 2)
    try scratch.git(["update-ref", "-d", log.ref])
    try history.refresh(in: repository)
    #expect(history.entries.isEmpty && history.head == nil)
  }

  @Test func `an append walks the log once`() throws {
    try log.append(to: open(), by: ada) { [log] _ in TaskEvent(.failed, log.task, "x") }
    #expect(walks == 1)
  }

  /// A read of the head apart from the state's would let an event in between go unseen.
  @Test func `the state that is decided on is the head's`() throws {
    var states: [Int] = []
    try log.append(to: open(), by: ada) { [log] state in
      states.append(state.claims)
      return TaskEvent(.claimed, log.task, "x")
    }
    #expect(states == [1])
  }
}

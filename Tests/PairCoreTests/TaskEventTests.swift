import PairCore
import Testing

@Suite struct TaskEventTests {
  static func details(_ change: (inout TaskEvent.Details) -> Void) -> TaskEvent.Details {
    var details = TaskEvent.Details()
    change(&details)
    return details
  }

  static let eachDetail: [TaskEvent.Details] = [
    details { _ in },
    details { $0.run = RunID(start: Timestamp(secondsSince1970: 5), random: 9) },
    details { $0.agent = .codexCLI }, details { $0.base = object(1) },
    details { $0.branch = BranchName("paircoder/T-1") }, details { $0.commit = object(2) },
    details { $0.text = object(3) }, details { $0.costInUSD = 0.1234 }, details { $0.costInUSD = 0 },
    details { $0.snapshot = "refs/paircoder/snapshots/T-1/x" }, details { $0.fence = 7 },
    details { $0.worktree = "/a path/with: colon" },
  ]

  @Test(arguments: TaskEvent.Kind.allCases)
  func `an event of every kind reads back from its message`(_ kind: TaskEvent.Kind) throws {
    let event = TaskEvent(kind, try TaskID("T29.2.9"), "T29.2.9: something happened", Self.eachDetail[1])
    #expect(TaskEvent(message: event.message(nonce: 1)) == event)
  }

  @Test(arguments: eachDetail)
  func `every detail reads back`(_ details: TaskEvent.Details) throws {
    let event = TaskEvent(.committed, try TaskID("T-1"), "Done", details)
    #expect(TaskEvent(message: event.message(nonce: .max)) == event)
  }

  @Test(arguments: RunMode.allCases)
  func `every mode reads back`(_ mode: RunMode) throws {
    let event = TaskEvent(.started, try TaskID("T-1"), "Go", Self.details { $0.mode = mode })
    #expect(TaskEvent(message: event.message(nonce: 1)) == event)
  }

  @Test(arguments: FailureClass.allCases)
  func `every class of failure reads back`(_ failure: FailureClass) throws {
    let event = TaskEvent(.failed, try TaskID("T-1"), "No", Self.details { $0.failure = failure })
    #expect(TaskEvent(message: event.message(nonce: 1)) == event)
  }

  @Test func `two messages of one event differ by their nonce`() throws {
    let event = TaskEvent(.routed, try TaskID("T-1"), "Routed")
    #expect(event.message(nonce: 1) != event.message(nonce: 2))
  }

  @Test(arguments: [
    "a\nb", "a\r\nb", "a\n\nPairCoder-Event: committed", "", "\n\n", "  ", "a\0b", "\u{1b}[2Jx",
  ])
  func `no sentence breaks its event`(_ sentence: String) throws {
    let event = TaskEvent(.failed, try TaskID("T-1"), sentence)
    let message = event.message(nonce: 1)
    let read = try #require(TaskEvent(message: message))
    #expect(read.kind == .failed)
    #expect(read.task == event.task)
    #expect(!message.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(TaskEvent(message: read.message(nonce: 1)) == read)
  }

  @Test(
    arguments: [
      "", "Just a commit", "S\n\nPairCoder-Event: committed", "S\n\nPairCoder-Task: T-1",
      "S\n\nPairCoder-Event: flown\nPairCoder-Task: T-1",
      "S\n\nPairCoder-Event: routed\nPairCoder-Task: ../x",
      "PairCoder-Event: routed\nPairCoder-Task: T-1",
      "S\n\nPairCoder-Event: routed\nPairCoder-Task: T-1\n\nMore.",
    ])
  func `a foreign message is no event`(_ message: String) {
    #expect(TaskEvent(message: message) == nil)
  }

  @Test func `a detail that makes no sense is left out, and the event stays`() throws {
    let event = try #require(
      TaskEvent(
        message: """
          S

          PairCoder-Event: claimed
          PairCoder-Task: T-1
          PairCoder-Run: ../../x
          PairCoder-Base: 12
          PairCoder-Fence: many
          PairCoder-Mode: godmode
          """))
    #expect(event == TaskEvent(.claimed, try TaskID("T-1"), "S"))
  }
}

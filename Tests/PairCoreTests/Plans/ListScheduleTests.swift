import PairCore
import TestSupport
import Testing

@Suite struct ListScheduleTests {
  private static func node(
    _ id: String, _ after: [String] = [], rank: Int = 4, seconds: Int = 10, agent: String? = nil
  ) throws -> ListSchedule.Node {
    ListSchedule.Node(
      id: try TaskID(id), after: try after.map { try TaskID($0) }, rank: rank, seconds: seconds,
      agent: agent.map { AgentName($0) })
  }

  private static func starts(_ schedule: ListSchedule) -> [String] {
    schedule.entries.map { "\($0.task) \($0.start)-\($0.end) wave \($0.wave)" }
  }

  @Test func `a chain takes its turn, and what is beside it fills the lanes`() throws {
    let nodes = try [
      Self.node("T1"), Self.node("T2", ["T1"], seconds: 20), Self.node("T3", ["T2"]), Self.node("T4"),
      Self.node("T5", seconds: 15),
    ]
    let two = ListSchedule(nodes, lanes: 2)
    #expect(
      Self.starts(two) == [
        "T1 0-10 wave 1", "T5 0-15 wave 1", "T2 10-30 wave 2", "T4 15-25 wave 1", "T3 30-40 wave 3",
      ])
    #expect(two.seconds == 40)
    #expect(two.criticalPath.map(\.text) == ["T1", "T2", "T3"])
    #expect(two.criticalSeconds == 40)
    let one = ListSchedule(nodes, lanes: 1)
    #expect(one.entries.map(\.task.text) == ["T1", "T2", "T5", "T3", "T4"])
    #expect(one.seconds == 65)
  }

  @Test func `what is free goes by priority, then by the longest path, then by id`() throws {
    let nodes = try [
      Self.node("T10"), Self.node("T9"), Self.node("T8", seconds: 11), Self.node("T7", ["T6"], seconds: 50),
      Self.node("T6", seconds: 1), Self.node("T5", rank: 0, seconds: 1), Self.node("T4", rank: 1),
    ]
    let order = ListSchedule(nodes, lanes: 1).entries.map(\.task.text)
    #expect(order == ["T5", "T4", "T6", "T7", "T8", "T9", "T10"])
  }

  @Test func `an agent works on as many tasks as it may, and others take the lanes`() throws {
    let nodes = try [
      Self.node("T1", agent: "a"), Self.node("T2", agent: "a"), Self.node("T3", agent: "b"),
      Self.node("T4", agent: "b"), Self.node("T5"),
    ]
    let schedule = ListSchedule(nodes, lanes: 3, limits: [AgentName("a"): 1, AgentName("c"): 1])
    #expect(schedule.entries.map { "\($0.task) \($0.start)" } == ["T1 0", "T3 0", "T4 0", "T2 10", "T5 10"])
  }

  @Test func `what takes no time holds nobody up`() throws {
    let nodes = try [
      Self.node("T1", seconds: 0), Self.node("T2", ["T1"]), Self.node("T3", ["T2"], seconds: 0),
    ]
    let schedule = ListSchedule(nodes, lanes: 1)
    #expect(Self.starts(schedule) == ["T1 0-0 wave 1", "T2 0-10 wave 2", "T3 10-10 wave 3"])
    #expect(schedule.criticalPath.map(\.text) == ["T2"])
    #expect(ListSchedule([], lanes: 2).seconds == 0)
    #expect(ListSchedule([], lanes: 2).criticalPath.isEmpty)
  }

  @Test func `of a circle nothing starts, and of all else everything`() throws {
    let nodes = try [Self.node("T1", ["T2"]), Self.node("T2", ["T1"]), Self.node("T3", ["T9"])]
    #expect(Self.starts(ListSchedule(nodes, lanes: 2)) == ["T3 0-10 wave 1"])
  }

  /// By a check of the finished schedule that knows nothing of how it was made.
  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func `no random schedule breaks a rule`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...40, using: &random)
    let hidden = (0..<count).shuffled(using: &random)
    let agents = ["a", "b", "c"]
    let nodes = try (0..<count).map { place in
      let after = (0..<place).filter { _ in Int.random(in: 0..<6, using: &random) == 0 }
      return try Self.node(
        "T\(hidden[place])", after.map { "T\(hidden[$0])" }, rank: Int.random(in: 0...3, using: &random),
        seconds: Int.random(in: 0...30, using: &random), agent: agents.randomElement(using: &random))
    }
    let lanes = Int.random(in: 1...8, using: &random)
    let limits = [AgentName("a"): 1, AgentName("b"): 2]
    let schedule = ListSchedule(nodes.shuffled(using: &random), lanes: lanes, limits: limits)
    #expect(schedule == ListSchedule(nodes.shuffled(using: &random), lanes: lanes, limits: limits))
    let byID = Dictionary(uniqueKeysWithValues: nodes.map { ($0.id, $0) })
    let entries = Dictionary(uniqueKeysWithValues: schedule.entries.map { ($0.task, $0) })
    #expect(entries.count == count)
    for entry in schedule.entries {
      let node = try #require(byID[entry.task])
      #expect(entry.end - entry.start == node.seconds)
      #expect(
        node.after.allSatisfy { entries[$0].map { $0.end <= entry.start && $0.wave < entry.wave } == true })
      let beside = schedule.entries.filter { $0.start <= entry.start && entry.start < $0.end }
      #expect(beside.count <= lanes)
      for (agent, limit) in limits {
        #expect(beside.count { byID[$0.task]?.agent == agent } <= limit)
      }
    }
    // Nothing waits while there is room for it: each start is an end of something, or the beginning.
    let ends = Set(schedule.entries.map(\.end))
    #expect(schedule.entries.allSatisfy { $0.start == 0 || ends.contains($0.start) })
    #expect(schedule.seconds >= schedule.criticalSeconds)
    #expect(schedule.seconds <= nodes.reduce(0) { $0 + $1.seconds })
    let path = schedule.criticalPath
    #expect(path.reduce(0) { $0 + (byID[$1]?.seconds ?? 0) } == schedule.criticalSeconds)
  }

  /// The rule that docs/plans.md states, written down once more: whenever there is room, all that waits is looked
  /// through for the first that may start.
  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func `each start is that of the first that may`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let nodes = try (0..<Int.random(in: 0...40, using: &random)).map { place in
      let after = (0..<place).filter { _ in Int.random(in: 0..<8, using: &random) == 0 }
      return try Self.node(
        "T\(place)", after.map { "T\($0)" } + (place % 7 == 0 ? ["T99"] : []),
        rank: Int.random(in: 0...2, using: &random), seconds: Int.random(in: 0...4, using: &random) * 5,
        agent: ["a", "b", nil].randomElement(using: &random) ?? nil)
    }
    let lanes = Int.random(in: 1...5, using: &random)
    let limits = [AgentName("a"): Int.random(in: 0...2, using: &random)]
    let schedule = ListSchedule(nodes.shuffled(using: &random), lanes: lanes, limits: limits)
    let byID = Dictionary(uniqueKeysWithValues: nodes.map { ($0.id, $0) })
    var waiting = schedule.order.compactMap { byID[$0] }
    var running: [(node: ListSchedule.Node, end: Int)] = []
    var ended: Set<TaskID> = []
    var now = 0
    var expected: [String] = []
    while !waiting.isEmpty || !running.isEmpty {
      let next = waiting.firstIndex { node in
        guard node.after.allSatisfy({ byID[$0] == nil || ended.contains($0) }) else { return false }
        guard let agent = node.agent, let limit = limits[agent] else { return true }
        return running.count { $0.node.agent == agent } < max(1, limit)
      }
      if running.count < lanes, let next {
        let node = waiting.remove(at: next)
        expected.append("\(node.id) \(now)-\(now + node.seconds)")
        running.append((node, now + node.seconds))
      } else {
        now = try #require(running.map(\.end).min())
        ended.formUnion(running.filter { $0.end == now }.map(\.node.id))
        running.removeAll { $0.end == now }
      }
    }
    #expect(schedule.entries.map { "\($0.task) \($0.start)-\($0.end)" } == expected)
  }
}

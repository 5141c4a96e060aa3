import PairCore
import TestSupport
import Testing

@Suite struct TaskGraphTests {
  static func node(_ id: String, _ needs: [String] = [], rank: Int = 4) throws -> TaskGraph.Node {
    .init(id: try TaskID(id), dependsOn: try needs.map { try TaskID($0) }, rank: rank)
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `what a task depends on comes before it`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...40, using: &random)
    let hidden = (0..<count).shuffled(using: &random)
    let nodes = try (0..<count).map { place in
      let needs = (0..<place).filter { _ in Int.random(in: 0..<5, using: &random) == 0 }
      return try Self.node(
        "T\(hidden[place])", needs.map { "T\(hidden[$0])" }, rank: Int.random(in: 0...3, using: &random))
    }.shuffled(using: &random)
    let order = try TaskGraph(nodes).order
    #expect(Set(order) == Set(nodes.map(\.id)))
    #expect(order.count == count)
    let ranks = Dictionary(uniqueKeysWithValues: nodes.map { ($0.id, $0.rank) })
    var done: Set<TaskID> = []
    var waiting = nodes
    for id in order {
      let node = try #require(nodes.first { $0.id == id })
      #expect(done.isSuperset(of: node.dependsOn))
      let best = waiting.filter { done.isSuperset(of: $0.dependsOn) }.map(\.rank).min()
      #expect(ranks[id] == best, "a free task of a higher priority was passed over")
      done.insert(id)
      waiting.removeAll { $0.id == id }
    }
    #expect(try TaskGraph(nodes.shuffled(using: &random)).order == order)
  }

  @Test func `free tasks go by priority, then by number`() throws {
    let order = try TaskGraph([
      Self.node("T10"), Self.node("T9"), Self.node("T3", rank: 1), Self.node("T4", ["T10"], rank: 0),
    ]).order
    #expect(order.map(\.text) == ["T3", "T9", "T10", "T4"])
  }

  @Test func `a dependency outside the plan is no obstacle`() throws {
    #expect(try TaskGraph([Self.node("T1", ["T99"])]).order.map(\.text) == ["T1"])
  }

  @Test func `all that must end before a task are its ancestors`() throws {
    let graph = try TaskGraph([
      Self.node("T1"), Self.node("T2", ["T1", "T9"]), Self.node("T3", ["T2"]), Self.node("T4"),
    ])
    let ancestors = graph.ancestors.map { set in graph.order.indices.filter(set.contains) }
    #expect(graph.order.map(\.text) == ["T1", "T2", "T3", "T4"])
    #expect(ancestors == [[], [0], [0, 1], []])
    #expect(try graph.dependencies(of: TaskID("T2")).map(\.text) == ["T1"])
  }

  @Test func `nothing is ordered into nothing`() throws {
    #expect(try TaskGraph([]).order.isEmpty)
  }

  @Test(
    arguments: [
      ([("B", ["A"]), ("A", ["B"])], "A → B → A"),
      ([("T10", ["T9"]), ("T9", ["T11"]), ("T11", ["T10"]), ("T1", [])], "T9 → T11 → T10 → T9"),
      ([("A", ["C"]), ("C", ["D"]), ("D", ["C"])], "C → D → C"),
      ([("A", ["A"])], "A → A"),
      ([("A", []), ("B", ["A", "B"])], "B → B"),
    ] as [([(String, [String])], String)])
  func `a circle is shown from its smallest id`(_ graph: [(String, [String])], _ circle: String) throws {
    let nodes = try graph.map { try Self.node($0.0, $0.1) }
    let error = try #require(throws: PairError.self) { try TaskGraph(nodes) }
    #expect(error.kind == .invalidInput)
    #expect(error.message.hasSuffix(": \(circle)"), "\(error.message)")
  }

  @Test func `a long chain among many others has each before it as an ancestor`() throws {
    let nodes = try (0..<200).map { try Self.node("T\($0)", $0 > 0 && $0 % 2 == 0 ? ["T\($0 - 2)"] : []) }
    let graph = try TaskGraph(nodes.reversed())
    #expect(graph.order.map(\.text) == (0..<200).map { "T\($0)" })
    for (place, set) in graph.ancestors.enumerated() {
      let expected = place % 2 == 0 ? Array(stride(from: 0, to: place, by: 2)) : []
      #expect(graph.order.indices.filter(set.contains) == expected)
    }
  }
}

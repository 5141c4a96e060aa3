/// The order in which a plan's tasks may run, from what depends on what.
public struct TaskGraph: Sendable {
  /// One task of a plan, as far as its order is concerned.
  public struct Node: Hashable, Sendable {
    public let id: TaskID
    public let dependsOn: [TaskID]
    /// Orders tasks that could run at the same time: 0 first (P0).
    public let rank: Int

    public init(id: TaskID, dependsOn: [TaskID], rank: Int) {
      self.id = id
      self.dependsOn = dependsOn
      self.rank = rank
    }
  }

  /// The ids so that each comes after all that it depends on; among those that are free to run, the
  /// lower rank comes first, then the natural order of ids. Dependencies outside `nodes` are ignored.
  ///
  /// - Throws: `PairError` of kind `invalidInput` that shows a cycle.
  public static func order(_ nodes: [Node]) throws(PairError) -> [TaskID] {
    var byID: [TaskID: Node] = [:]
    for node in nodes { byID[node.id] = node }
    var waiting = byID.mapValues { node in
      Set(node.dependsOn.filter { byID[$0] != nil && $0 != node.id })
    }
    if let own = nodes.first(where: { $0.dependsOn.contains($0.id) }) {
      throw cycleError([own.id, own.id])
    }
    var ordered: [TaskID] = []
    while !waiting.isEmpty {
      let free = waiting.filter { $0.value.isEmpty }.compactMap { byID[$0.key] }
      guard let next = free.min(by: { ($0.rank, $0.id) < ($1.rank, $1.id) }) else {
        throw cycleError(cycle(in: waiting))
      }
      ordered.append(next.id)
      waiting[next.id] = nil
      for id in waiting.keys { waiting[id]?.remove(next.id) }
    }
    return ordered
  }

  /// A cycle among tasks that all wait for each other, from its smallest id back to itself.
  private static func cycle(in waiting: [TaskID: Set<TaskID>]) -> [TaskID] {
    guard var current = waiting.keys.min() else { return [] }
    var path: [TaskID] = []
    while !path.contains(current) {
      path.append(current)
      guard let next = waiting[current]?.min() else { return path }
      current = next
    }
    let loop = Array(path[(path.firstIndex(of: current) ?? 0)...])
    let start = loop.indices.min { loop[$0] < loop[$1] } ?? 0
    let turned = Array(loop[start...] + loop[..<start])
    return turned + turned.prefix(1)
  }

  private static func cycleError(_ cycle: [TaskID]) -> PairError {
    PairError(
      .invalidInput,
      "the plan's tasks depend on each other in a circle: "
        + cycle.map(\.text).joined(separator: " → "),
      hint: "Remove one of these dependencies.")
  }
}

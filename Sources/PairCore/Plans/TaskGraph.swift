/// What depends on what among the tasks of a batch; without circles.
package struct TaskGraph: Hashable, Sendable {
  /// One task of a batch, as far as its place is concerned.
  package struct Node: Hashable, Sendable {
    package let id: TaskID
    package let dependsOn: [TaskID]
    /// Orders tasks that could run at the same time: 0 first (P0).
    package let rank: Int

    package init(id: TaskID, dependsOn: [TaskID], rank: Int) {
      self.id = id
      self.dependsOn = dependsOn
      self.rank = rank
    }
  }

  /// Each id after all that it depends on; of those that are free, the lower rank first, then the natural order.
  package let order: [TaskID]
  private let needs: [TaskID: Set<TaskID>]

  /// Dependencies outside `nodes` are ignored.
  /// - Throws: `PairError` of kind `invalidInput` that shows a circle.
  package init(_ nodes: [Node]) throws(PairError) {
    var byID: [TaskID: Node] = [:]
    for node in nodes { byID[node.id] = node }
    if let own = nodes.first(where: { $0.dependsOn.contains($0.id) }) {
      throw TaskGraph.circleError([own.id, own.id])
    }
    let needs = byID.mapValues { node in Set(node.dependsOn.filter { byID[$0] != nil }) }
    // By what runs first of those that are free.
    let ids = byID.values.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }.map(\.id)
    let places = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
    var open = ids.map { needs[$0]?.count ?? 0 }
    var followers: [[Int]] = ids.map { _ in [] }
    for (id, needed) in needs {
      for place in needed.compactMap({ places[$0] }) { followers[place].append(places[id] ?? 0) }
    }
    var free = PlaceSet(count: ids.count)
    for place in ids.indices where open[place] == 0 { free.insert(place) }
    var ordered: [TaskID] = []
    while let next = free.first {
      free.remove(next)
      ordered.append(ids[next])
      for place in followers[next] {
        open[place] -= 1
        if open[place] == 0 { free.insert(place) }
      }
    }
    if ordered.count < ids.count {
      let done = Set(ordered)
      let waiting = needs.filter { !done.contains($0.key) }.mapValues { $0.subtracting(done) }
      throw TaskGraph.circleError(TaskGraph.circle(in: waiting))
    }
    self.needs = needs
    order = ordered
  }

  /// What `id` itself depends on, in the natural order of ids.
  package func dependencies(of id: TaskID) -> [TaskID] { (needs[id] ?? []).sorted() }

  /// For each task of `order` the places there of all that must end before it, by however many steps.
  package var ancestors: [PlaceSet] {
    let places = Dictionary(uniqueKeysWithValues: zip(order, order.indices))
    return order.reduce(into: []) { found, id in
      var own = PlaceSet(count: order.count)
      for place in needs[id]?.compactMap({ places[$0] }) ?? [] {
        own.insert(place)
        own.formUnion(found[place])
      }
      found.append(own)
    }
  }

  /// A circle among tasks that all wait for each other, from its smallest id back to itself.
  private static func circle(in waiting: [TaskID: Set<TaskID>]) -> [TaskID] {
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

  private static func circleError(_ circle: [TaskID]) -> PairError {
    PairError(
      .invalidInput,
      "the plan's tasks depend on each other in a circle: " + circle.map(\.text).joined(separator: " → "),
      hint: "Remove one of these dependencies.")
  }
}

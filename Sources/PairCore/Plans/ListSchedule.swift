/// When the tasks of a batch would run, if each took as long as expected: list scheduling, as the run does it.
/// On a free lane the first task of `order` starts that waits for nothing and whose agent has room.
package struct ListSchedule: Hashable, Sendable {
  /// One task, as far as its time is concerned.
  package struct Node: Hashable, Sendable {
    package let id: TaskID
    /// The tasks of the batch that must have ended before it starts.
    package let after: [TaskID]
    /// 0 first (P0); below it what has nothing to do.
    package let rank: Int
    /// What it is expected to take; 0 where no run is expected.
    package let seconds: Int
    /// Who would run it; nil for nobody.
    package let agent: AgentName?

    package init(id: TaskID, after: [TaskID], rank: Int, seconds: Int, agent: AgentName?) {
      self.id = id
      self.after = after
      self.rank = rank
      self.seconds = seconds
      self.agent = agent
    }
  }

  /// A task's place in the schedule.
  package struct Entry: Hashable, Sendable {
    package let task: TaskID
    /// Seconds after the start of the batch.
    package let start: Int
    package let end: Int
    /// Counts from one: how many tasks follow each other up to this one, at least.
    package let wave: Int
  }

  /// The lower rank first, then the longer path of tasks that wait for it, then the natural order of ids.
  package let order: [TaskID]
  /// One for each task, in the order in which they start.
  package let entries: [Entry]
  /// The longest path through what must follow each other; only tasks that take time.
  package let criticalPath: [TaskID]
  /// What the critical path takes: no number of lanes makes the batch shorter.
  package let criticalSeconds: Int

  /// What all of it takes.
  package var seconds: Int { entries.map(\.end).max() ?? 0 }

  /// - Parameters:
  ///   - nodes: without circles.
  ///   - limits: how many tasks an agent may work on at a time; at least one each.
  package init(_ nodes: [Node], lanes: Int, limits: [AgentName: Int] = [:]) {
    let net = Net(nodes)
    let order = net.nodes.indices.sorted { a, b in
      (net.nodes[a].rank, net.paths[b], a) < (net.nodes[b].rank, net.paths[a], b)
    }
    self.order = order.map { net.nodes[$0].id }
    let critical = net.criticalPath
    criticalPath = critical.filter { net.seconds($0) != 0 }.map { net.nodes[$0].id }
    criticalSeconds = critical.first.map { net.paths[$0] } ?? 0
    entries = net.simulate(in: order, lanes: max(1, lanes), limits)
  }
}

/// The tasks by their places in the natural order of ids, and what follows what.
private struct Net {
  let nodes: [ListSchedule.Node]
  private let after: [[Int]]
  private let followers: [[Int]]
  /// How long what waits for each task takes, the task itself included.
  private(set) var paths: [Int]
  /// Which of those that wait for a task takes the longest.
  private var next: [Int?]

  init(_ unordered: [ListSchedule.Node]) {
    nodes = unordered.sorted { $0.id < $1.id }
    let places = Dictionary(zip(nodes.map(\.id), nodes.indices)) { first, _ in first }
    after = nodes.map { $0.after.compactMap { places[$0] } }
    var followers = after.map { _ in [Int]() }
    for (place, before) in after.enumerated() { for earlier in before { followers[earlier].append(place) } }
    self.followers = followers
    paths = nodes.map { _ in 0 }
    next = nodes.map { _ in nil }
    // Each task once all that follow it are known.
    var open = followers.map(\.count)
    var free = open.indices.filter { open[$0] == 0 }
    while let place = free.popLast() {
      next[place] = longest(of: followers[place])
      paths[place] = seconds(place).addingClamped(next[place].map { paths[$0] } ?? 0)
      for earlier in after[place] {
        open[earlier] -= 1
        if open[earlier] == 0 { free.append(earlier) }
      }
    }
  }

  func seconds(_ place: Int) -> Int { max(0, nodes[place].seconds) }

  /// The natural order of ids decides between equals.
  private func longest(of places: some Sequence<Int>) -> Int? {
    places.max { (paths[$0], $1) < (paths[$1], $0) }
  }

  /// From the task with the longest path to its end.
  var criticalPath: [Int] {
    Array(
      sequence(state: longest(of: nodes.indices)) { place in
        defer { place = place.flatMap { next[$0] } }
        return place
      })
  }

  /// - Parameter order: which of those that are free starts first.
  func simulate(in order: [Int], lanes: Int, _ limits: [AgentName: Int]) -> [ListSchedule.Entry] {
    // What waits for an agent with a limit waits apart, so that it holds up nobody else; nil for all others.
    let queues = nodes.map { node in node.agent.flatMap { limits[$0] == nil ? nil : $0 } }
    var room = Dictionary(queues.map { ($0, $0.map { max(1, limits[$0] ?? 1) } ?? .max) }) { first, _ in first
    }
    var free = room.mapValues { _ in PlaceSet(count: order.count) }
    let ranks = order.indices.reduce(into: order) { $0[order[$1]] = $1 }
    var open = after.map(\.count)
    for place in nodes.indices where open[place] == 0 { free[queues[place]]?.insert(ranks[place]) }
    var running: [(place: Int, end: Int)] = []
    var entries: [ListSchedule.Entry] = []
    var waves = nodes.map { _ in 0 }
    var now = 0
    while true {
      let next =
        running.count < lanes ? free.compactMap { room[$0.key] == 0 ? nil : $0.value.first }.min() : nil
      if let next {
        let place = order[next]
        free[queues[place]]?.remove(next)
        room[queues[place]]? -= 1
        waves[place] = 1 + (after[place].map { waves[$0] }.max() ?? 0)
        let end = now.addingClamped(seconds(place))
        entries.append(.init(task: nodes[place].id, start: now, end: end, wave: waves[place]))
        running.append((place, end))
      } else if let end = running.map(\.end).min() {
        now = end
        for (place, _) in running.filter({ $0.end == end }) {
          room[queues[place]]? += 1
          for follower in followers[place] {
            open[follower] -= 1
            if open[follower] == 0 { free[queues[follower]]?.insert(ranks[follower]) }
          }
        }
        running.removeAll { $0.end == end }
      } else {
        return entries  // Of a circle nothing can start.
      }
    }
  }
}

/// When the tasks of a batch would run, if each took as long as it is expected to: list scheduling, as the run
/// itself does it. Whenever a lane is free, the first task of `order` starts that waits for nothing any more and
/// whose agent has room.
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

  /// The tasks by what starts first where several could: the lower rank, then the longer path of tasks that wait
  /// for it, then the natural order of ids.
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
  ///   - lanes: how many tasks run at a time; at least one.
  ///   - limits: how many tasks an agent may work on at a time; at least one each.
  package init(_ nodes: [Node], lanes: Int, limits: [AgentName: Int] = [:]) {
    let paths = LongestPaths(nodes)
    order = nodes.sorted { a, b in
      let (left, right) = (paths.seconds(from: a.id), paths.seconds(from: b.id))
      return (a.rank, right, a.id) < (b.rank, left, b.id)
    }.map(\.id)
    criticalPath = paths.critical
    criticalSeconds = criticalPath.first.map(paths.seconds(from:)) ?? 0
    entries = ListSchedule.simulate(nodes, in: order, lanes: max(1, lanes), limits)
  }

  private static func simulate(
    _ nodes: [Node], in order: [TaskID], lanes: Int, _ limits: [AgentName: Int]
  ) -> [Entry] {
    let byID = Dictionary(nodes.map { ($0.id, $0) }) { first, _ in first }
    var waiting = order.compactMap { byID[$0] }
    var ended: Set<TaskID> = []
    var running: [Entry] = []
    var entries: [Entry] = []
    var waves: [TaskID: Int] = [:]
    var now = 0
    while !waiting.isEmpty || !running.isEmpty {
      let next = waiting.firstIndex { node in
        guard node.after.allSatisfy({ byID[$0] == nil || ended.contains($0) }) else { return false }
        guard let agent = node.agent, let limit = limits[agent] else { return true }
        return running.count { byID[$0.task]?.agent == agent } < max(1, limit)
      }
      if running.count < lanes, let next {
        let node = waiting.remove(at: next)
        let wave = 1 + (node.after.compactMap { waves[$0] }.max() ?? 0)
        waves[node.id] = wave
        let entry = Entry(task: node.id, start: now, end: now + max(0, node.seconds), wave: wave)
        entries.append(entry)
        running.append(entry)
      } else if let end = running.map(\.end).min() {
        now = end
        ended.formUnion(running.filter { $0.end == end }.map(\.task))
        running.removeAll { $0.end == end }
      } else {
        return entries  // A circle, of which nothing can start.
      }
    }
    return entries
  }
}

/// How long what waits for each task takes, the task itself included.
private struct LongestPaths {
  private var secondsByID: [TaskID: Int] = [:]
  private var next: [TaskID: TaskID] = [:]
  private let own: [TaskID: Int]

  init(_ nodes: [ListSchedule.Node]) {
    own = Dictionary(nodes.map { ($0.id, max(0, $0.seconds)) }) { first, _ in first }
    var followers: [TaskID: [TaskID]] = [:]
    for node in nodes { for id in node.after { followers[id, default: []].append(node.id) } }
    // Each task once all that follow it are known.
    var open = own.keys.reduce(into: [:]) { $0[$1] = followers[$1]?.count ?? 0 }
    let after = Dictionary(nodes.map { ($0.id, $0.after) }) { first, _ in first }
    var free = open.filter { $0.value == 0 }.map(\.key)
    while let id = free.popLast() {
      let longest = (followers[id] ?? []).max { (seconds(from: $0), $1) < (seconds(from: $1), $0) }
      secondsByID[id] = (own[id] ?? 0) + (longest.map(seconds(from:)) ?? 0)
      next[id] = longest
      for earlier in after[id] ?? [] where open[earlier] != nil {
        open[earlier]? -= 1
        if open[earlier] == 0 { free.append(earlier) }
      }
    }
  }

  func seconds(from id: TaskID) -> Int { secondsByID[id] ?? 0 }

  /// From the task with the longest path to its end; the natural order of ids decides between equals.
  var critical: [TaskID] {
    var path: [TaskID] = []
    var current = own.keys.max { (seconds(from: $0), $1) < (seconds(from: $1), $0) }
    while let id = current {
      if own[id] != 0 { path.append(id) }
      current = next[id]
    }
    return path
  }
}

import PairCore
import Synchronization

/// Who works on which task of a batch, so that no agent works on more at a time than it may.
final class AgentRooms: Sendable {
  private struct Places {
    var agents: [TaskID: AgentName] = [:]
    /// Whom the tasks wait for that go on with another agent.
    var waiting: [TaskID: AgentName] = [:]
  }

  private let limits: [AgentName: Int]
  private let places = Mutex(Places())

  /// - Parameter limits: how many tasks an agent may work on at a time; nothing for as many as there are.
  init(limits: [AgentName: Int]) { self.limits = limits }

  /// Whether `agent` may begin with one more task. Those that have begun and wait for it come first.
  func hasRoom(for agent: AgentName) -> Bool {
    guard let limit = limits[agent] else { return true }
    return places.withLock { places in
      places.agents.values.count { $0 == agent } + places.waiting.values.count { $0 == agent } < limit
    }
  }

  /// Has `agent` begin with `task`.
  func enter(_ task: TaskID, with agent: AgentName) { places.withLock { $0.agents[task] = agent } }

  /// Has `agent` go on with `task`, as soon as it has room; whoever had it gives up its place at once.
  ///
  /// - Returns: whether it may go on now; else to be asked again.
  func change(_ task: TaskID, to agent: AgentName) -> Bool {
    places.withLock { places in
      if places.agents[task] == agent { return true }
      places.agents[task] = nil
      if let limit = limits[agent], places.agents.values.count(where: { $0 == agent }) >= limit {
        places.waiting[task] = agent
        return false
      }
      places.waiting[task] = nil
      places.agents[task] = agent
      return true
    }
  }

  func leave(_ task: TaskID) {
    places.withLock { places in
      places.agents[task] = nil
      places.waiting[task] = nil
    }
  }
}

import PairCore
import Synchronization

/// Who works on which task of a batch, so that no agent works on more at a time than it may.
final class AgentSlots: Sendable {
  private struct Table {
    var agents: [TaskID: AgentName] = [:]
    /// Whom the tasks wait for that go on with another agent.
    var waiting: [TaskID: AgentName] = [:]
  }

  private let limits: [AgentName: Int]
  private let table = Mutex(Table())
  private let isClosed = Atomic(false)

  /// - Parameter limits: how many tasks an agent may work on at a time; nothing for as many as there are.
  init(limits: [AgentName: Int]) { self.limits = limits }

  /// Whether `agent` may begin with one more task. Those that have begun and wait for it come first.
  func hasRoom(for agent: AgentName) -> Bool { table.withLock { hasRoom(for: agent, in: $0) } }

  private func hasRoom(for agent: AgentName, in table: Table) -> Bool {
    guard let limit = limits[agent] else { return true }
    return table.agents.values.count { $0 == agent } + table.waiting.values.count { $0 == agent } < limit
  }

  /// Has `agent` begin with `task`; false where it has no room.
  func enter(_ task: TaskID, with agent: AgentName) -> Bool {
    table.withLock { table in
      guard hasRoom(for: agent, in: table) else { return false }
      table.agents[task] = agent
      return true
    }
  }

  /// Whether the user wants nothing more to be started: who waits for an agent need not wait any longer.
  var isOver: Bool { isClosed.load(ordering: .relaxed) }

  func close() { isClosed.store(true, ordering: .relaxed) }

  /// Has `agent` continue with `task` as soon as it has room; the agent before gives up its place at once.
  /// Returns whether it may continue now; else it is to be asked again.
  func change(_ task: TaskID, to agent: AgentName) -> Bool {
    table.withLock { table in
      if table.agents[task] == agent { return true }
      table.agents[task] = nil
      if let limit = limits[agent], table.agents.values.count(where: { $0 == agent }) >= limit {
        table.waiting[task] = agent
        return false
      }
      table.waiting[task] = nil
      table.agents[task] = agent
      return true
    }
  }

  func leave(_ task: TaskID) {
    table.withLock { table in
      table.agents[task] = nil
      table.waiting[task] = nil
    }
  }
}

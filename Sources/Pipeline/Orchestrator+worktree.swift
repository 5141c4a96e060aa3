import AgentRuns
import Host
import Git
import Ledger
import PairCore
import TaskFiles

extension Orchestrator {
  /// Runs the assigned agent, and after a failure the next ones, in one worktree; then commits or keeps
  /// what is there, and gives the worktree back.
  func runInWorktree(
    _ order: RunOrder, log: TaskLog, oldTip: ObjectID?
  ) async throws -> (Assignment, RunOutcome) {
    let first = order.assignment
    let worktree: RunWorktree
    do {
      worktree = try await acquireWorktree(order)
    } catch {
      throw BrokenOff(cause: error, snapshot: nil)
    }
    do {
      try await prepare(worktree, order)
      if let snapshot = first.continues?.snapshot {
        try Snapshot.restore(snapshot, into: worktree, from: repository, effects: surroundings.effects)
      }
      let last = try await runAgents(order, in: worktree, log: log)
      let ended = try await end(
        last.judged, of: last.assignment, order, in: worktree, log: log, oldTip: oldTip,
        blocked: last.blocked)
      return (last.assignment, ended)
    } catch {
      throw BrokenOff(cause: error, snapshot: await cleanUp(worktree, order))
    }
  }

  /// Keeps what a broken-off run left and removes its worktree; leaves it standing when that fails. Returns
  /// the ref that keeps it.
  private func cleanUp(_ worktree: RunWorktree, _ order: RunOrder) async -> String? {
    do {
      let (run, task) = (order.assignment.run, order.assignment.task)
      return try await clear(worktree, run: run, task: task, by: order.user)
    } catch {
      surroundings.say("note: the worktree \(worktree.path) stays: \(Orchestrator.words(of: error))")
      return nil
    }
  }
}

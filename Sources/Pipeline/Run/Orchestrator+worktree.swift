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
    _ order: RunSpec, log: TaskLog, oldTip: ObjectID?
  ) async throws -> (Assignment, RunOutcome) {
    var worktree: RunWorktree?
    do {
      let last = try await runAgents(order, in: &worktree, log: log)
      let ended = try await end(
        last.judged, of: last.assignment, order, in: last.worktree, log: log, oldTip: oldTip,
        blocked: last.blocked)
      return (last.assignment, ended)
    } catch {
      var snapshot: String?
      if let worktree { snapshot = await cleanUp(worktree, order) }
      throw BrokenOff(cause: error, snapshot: snapshot)
    }
  }

  /// Takes a worktree for the run, and puts into it what its agent needs there; with the work that it goes on with.
  ///
  /// - Parameter place: is told of the worktree before anything is put into it.
  func openWorktree(
    _ order: RunSpec, as place: inout RunWorktree?
  ) async throws -> (worktree: RunWorktree, work: AttributedTree?) {
    let worktree = try await acquireWorktree(order)
    place = worktree
    try await prepare(worktree, order)
    guard let continues = order.assignment.continues, let snapshot = continues.snapshot else {
      return (worktree, nil)
    }
    try Snapshot.restore(snapshot, into: worktree, from: repository, effects: process.effects)
    guard order.assignment.mode.writes else { return (worktree, nil) }
    let folder = runsFolder(of: order.assignment.run)
    try Files.makeFolder(folder, mode: 0o700, effects: process.effects)
    let tree = try await worktree.writeTree(
      git: workspace.git, index: folder + "/restored.index", effects: process.effects)
    return (worktree, AttributedTree(agents: [continues.agent], tree: tree))
  }

  /// Keeps what a broken-off run left and removes its worktree; leaves it standing when that fails. Returns
  /// the ref that keeps it.
  private func cleanUp(_ worktree: RunWorktree, _ order: RunSpec) async -> String? {
    do {
      let (run, task) = (order.assignment.run, order.assignment.task)
      return try await clear(worktree, run: run, task: task, by: order.user)
    } catch {
      process.say("note: the worktree \(worktree.path) stays: \(Orchestrator.words(of: error))")
      return nil
    }
  }
}

import AgentRuns
import Git
import Host
import Ledger
import PairCore

/// A review of a task's result while it lasts. It is no event before it ends: a file names its run, for
/// `cancel` and for the process that finds it dead.
struct AnnouncedReview: Room {
  let session: TaskSession

  var workspace: Workspace { session.workspace }
  private var task: TaskID { session.task }

  static func running(of task: TaskID, in workspace: Workspace) throws -> RunID? {
    try Lease.isHeld(task, in: workspace.repository) ? run(of: task, in: workspace) : nil
  }

  private static func run(of task: TaskID, in workspace: Workspace) throws -> RunID? {
    let bytes = try Files.read(path(of: task, in: workspace), limitInBytes: 4096)
    return bytes.flatMap { RunID(String(decoding: $0, as: UTF8.self).trimmed) }
  }

  private static func path(of task: TaskID, in workspace: Workspace) -> String {
    "\(workspace.repository.stateFolder)/reviews/\(task)/run"
  }

  func announce(_ run: RunID) throws {
    let path = AnnouncedReview.path(of: task, in: workspace)
    try Files.makeFolder(String(path.dropLast("/run".count)), mode: 0o700, effects: process.effects)
    try AtomicFile.replace(path, with: Array("\(run)\n".utf8), effects: process.effects)
  }

  func withdraw() throws {
    try Files.remove(AnnouncedReview.path(of: task, in: workspace), effects: process.effects)
  }

  /// Settles and records a review that ended because of `cause`; returns what the caller is to throw.
  func breakOff(_ run: RunID, by agent: AgentName?, _ cause: any Error) async -> any Error {
    let why =
      switch cause {
      case is RunCancelled: "was cancelled"
      case is CancellationError: "was interrupted"
      default: "broke off: \(cause.words.onOneLine)"
      }
    do {
      try await recordEnd(run, by: agent, why)
      try withdraw()
    } catch {
      // The error that is on its way matters more, and the next run or review settles it.
      say("note: the log does not say how the review ended: \(error.words)")
    }
    guard cause is RunCancelled else { return cause }
    return PairError(
      .failed, "the review of \(task) was cancelled",
      hint: "To have it anew: bpsai-pair review \(task)\(agent.map { " --agent \($0)" } ?? "")")
  }

  /// Says in the log that a review of the task was killed, where one was.
  func recordDead() async throws {
    guard let run = try AnnouncedReview.run(of: task, in: workspace) else { return }
    if !session.record.events.contains(where: { $0.details.run == run }) {
      try await DeadProcesses(workspace).end(of: run)
      let budget = try SpendingAccount(workspace).budget()
      let agent =
        budget.reservations.first { $0.run == run }?.agent ?? budget.settlements.last { $0.run == run }?.agent
      try await recordEnd(run, by: agent, "never ended")
    }
    try withdraw()
  }

  private func recordEnd(_ run: RunID, by agent: AgentName?, _ why: String) async throws {
    try await DeadReservations(workspace).settle(holding: task)
    let cost = try SpendingAccount(workspace).spent(by: run)
    try session.append { _ in
      var details = TaskEvent.Details()
      details.run = run
      details.agent = agent
      details.costInUSD = cost == .zero ? nil : cost.amount
      return TaskEvent(
        .reviewBrokeOff, task, "\(task): the review\(agent.map { " by \($0)" } ?? "") \(why)", details)
    }
  }
}

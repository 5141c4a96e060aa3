import Git
import Host
import PairCore
import TaskFiles

extension CommitWatcher {
  /// Has what was queued carried out, where the rules say so, and says in `report` what comes next.
  ///
  /// Nobody waits for the worker: it has a session of its own and none of this process's files.
  public func startWorker(_ report: inout HookReport) throws {
    guard report.hasQueued, let tip = try repository.head().commit else { return }
    if let reason = try orchestrator.reasonNotToWork(at: tip) {
      report.next = reason
      return
    }
    guard repository.workingDirectory != nil else {
      // Who may push here may not therefore start agents here.
      report.next = "bpsai-pair orchestrate --queued"
      return
    }
    let surroundings = orchestrator.surroundings
    guard surroundings.environment["CI"] == nil else {
      // Runners kill what a job leaves behind.
      report.next = "no worker in CI: bpsai-pair orchestrate --queued"
      return
    }
    let log = Worker.logPath(in: repository)
    try rotate(log)
    try Detached.start(
      surroundings.program, ["work"],
      environment: CommitWatcher.workerEnvironment(surroundings.environment),
      folder: repository.commonDirectory, output: log, effects: surroundings.effects)
    let delay = try orchestrator.workspace.config(at: tip).hooks.delayInSeconds
    report.next = "starts in \(delay) s"
  }

  private static let logLimitInBytes = 1 << 20

  private func rotate(_ log: String) throws {
    guard let size = Files.info(of: log)?.sizeInBytes, size > CommitWatcher.logLimitInBytes else { return }
    try Files.rename(log, to: log + ".1", effects: repository.effects)
  }

  /// Without what git and this program say to the process that git called, such as GIT_INDEX_FILE and the author.
  private static func workerEnvironment(_ environment: [String: String]) -> [String: String] {
    environment.filter { name, _ in
      if name.hasPrefix("GIT_") { return GitCommand.keeps(name) }
      return !name.hasPrefix("BPSAI_PAIR_") && !name.hasPrefix("PAIRCODER_")
    }
  }
}

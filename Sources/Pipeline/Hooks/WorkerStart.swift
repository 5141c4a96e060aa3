import Git
import Host
import PairCore
import TaskFiles

extension CommitWatcher {
  /// Starts a worker for what was queued, where the rules say so, and puts into `report` what comes next. The
  /// worker has a session of its own and none of this process's files.
  package func startWorker(_ report: inout HookReport) throws {
    guard report.hasQueued, let tip = try repository.head().commit else { return }
    if let blocker = try WorkerBlocker(at: tip, in: workspace) {
      report.next = blocker.words
      return
    }
    guard process.environment["CI"] == nil else {
      // Runners kill what a job leaves behind.
      report.next = "no worker in CI: bpsai-pair orchestrate --queued"
      return
    }
    let log = Worker.logPath(in: repository)
    try rotate(log)
    try Detached.start(
      (process.program, ["work"]), environment: CommitWatcher.workerEnvironment(process.environment),
      folder: repository.workingDirectory ?? repository.commonDirectory, output: log,
      effects: process.effects)
    if try FileLock.isHeld(Worker.lockPath(in: repository)) {
      report.next = "a worker is at it"
      return
    }
    let delay = try workspace.settings(at: tip).config.hooks.delayInSeconds
    report.next = "starts in \(delay) s"
  }

  private static let logLimitInBytes = 1 << 20

  private func rotate(_ log: String) throws {
    // One that is at work goes on writing to its file.
    guard let size = FileInfo(at: log)?.sizeInBytes, size > CommitWatcher.logLimitInBytes,
      try !FileLock.isHeld(Worker.lockPath(in: repository))
    else { return }
    try Files.rename(log, to: log + ".1", effects: repository.effects)
  }

  /// Without what git, hook managers and this program told the hook's process, such as GIT_INDEX_FILE and the
  /// author, and without git's own programs in front of the path.
  private static func workerEnvironment(_ environment: [String: String]) -> [String: String] {
    let foreign = ["BPSAI_PAIR_", "PAIRCODER_", "PRE_COMMIT", "LEFTHOOK", "HUSKY"]
    var kept = environment.filter { name, _ in
      if name.hasPrefix("GIT_") { return GitCommand.keeps(name) }
      return !foreign.contains { name.hasPrefix($0) }
    }
    kept["PATH"] = kept["PATH"].map { path in
      path.split(separator: ":").filter { !$0.hasSuffix("/git-core") }.joined(separator: ":")
    }
    return kept
  }
}

import Git
import Host
import PairCore
import TaskFiles

/// Carries out what hooks queued, in a process of its own; one per repository. It looks at the queue again
/// after giving up its lock: a hook may have queued a task while its own worker found the lock taken.
package final class Worker: StatelessRoom {
  /// Works until the queue holds nothing that it may run. `finished` is called after each task.
  package func run(finished: (BatchResult.Item) -> Void) async throws {
    var tried: Set<Attempt> = []
    repeat {
      guard try await runWhileAlone(&tried, finished) else { return }
    } while try !ready(except: tried).isEmpty
  }

  /// Between two looks at the queue while all in it rests.
  private static let longestSleepInSeconds: Int64 = 5

  /// A text that this worker has tried: how it ended is in its log, and it is not tried again.
  private struct Attempt: Hashable {
    let task: TaskID
    let text: ObjectID
  }

  /// Returns whether no other worker was there.
  private func runWhileAlone(
    _ tried: inout Set<Attempt>, _ finished: (BatchResult.Item) -> Void
  ) async throws -> Bool {
    try Files.makeFolder(repository.stateFolder, effects: repository.effects)
    guard
      let lock = try FileLock.tryLock(
        Worker.lockPath(in: repository), holder: process.holder, effects: repository.effects)
    else { return false }
    while true {
      workspace.parsed.forgetCheckout()
      let waiting = try ready(except: tried)
      if waiting.isEmpty { break }
      let now = process.now()
      let due = try waiting.filter { try restsUntil($0) <= now }
      if due.isEmpty {
        // Another commit may change a text meanwhile, or queue one with a shorter rest.
        let first = try waiting.map { try restsUntil($0).secondsSince1970 }.min() ?? 0
        try await Task.sleep(
          for: .seconds(min(max(1, first - now.secondsSince1970), Worker.longestSleepInSeconds)))
        continue
      }
      // One at a time: the next is read again, with all that was committed or taken back meanwhile.
      tried.insert(Attempt(task: due[0].task.id, text: due[0].task.source.blob))
      do {
        _ = try await QueueRunner(workspace).run([due[0]], RunRequest(), finished: finished)
      } catch is CancellationError {}
      if Task.isCancelled {
        // Somebody stops this process, as at a shutdown: what it was at work on keeps its place in the queue.
        try QueuePlace(workspace: workspace, task: due[0].task.id).requeue(because: "the worker was stopped")
        throw CancellationError()
      }
    }
    _ = consume lock
    return true
  }

  /// What is in the queue, not tried yet, and a worker's to run by the rules of the commit that it is on.
  private func ready(except tried: Set<Attempt>) throws -> [WaitingTask] {
    try TaskQueue(workspace).clear().filter { waiting in
      guard !tried.contains(Attempt(task: waiting.task.id, text: waiting.task.source.blob)),
        let base = waiting.base
      else { return false }
      return try WorkerBlocker(at: base, in: workspace) == nil
    }
  }

  private func restsUntil(_ waiting: WaitingTask) throws -> Timestamp {
    let delay = try workspace.settings(at: waiting.base).config.hooks.delayInSeconds
    return Timestamp(secondsSince1970: (waiting.since?.secondsSince1970 ?? 0) + Int64(delay))
  }

  /// What workers said, oldest first; nil when none has run yet.
  package func log() throws -> [UInt8]? {
    let path = Worker.logPath(in: repository)
    let (older, latest) = (try Files.read(path + ".1"), try Files.read(path))
    return older == nil && latest == nil ? nil : (older ?? []) + (latest ?? [])
  }

  static func lockPath(in repository: borrowing Repository) -> String { repository.stateFolder + "/worker" }

  static func logPath(in repository: borrowing Repository) -> String {
    repository.stateFolder + "/worker.log"
  }
}

/// What keeps a worker from a queue.
enum WorkerBlocker {
  case otherMode
  case bareRepository
  case pathIsNotUTF8
  case noDailyLimit
  case noConsent

  /// Why no worker may run what was queued from `commit`; nil when one may.
  init?(at commit: ObjectID, in workspace: Workspace) throws {
    let config = try workspace.settings(at: commit).config
    if config.hooks.mode != .run {
      self = .otherMode
    } else if workspace.repository.workingDirectory == nil {
      self = .bareRepository
    } else if !workspace.repository.hasPathForOthers {
      self = .pathIsNotUTF8
    } else if config.budget.daily == nil {
      self = .noDailyLimit
    } else if try !Approvals(of: workspace).contain(config.consent) {
      self = .noConsent
    } else {
      return nil
    }
  }

  /// What a person may do instead, or about it.
  var words: String {
    switch self {
    case .otherMode: "bpsai-pair orchestrate --queued"
    // Who may push there may not therefore start agents there.
    case .bareRepository: "a bare repository starts nothing: bpsai-pair orchestrate --queued"
    case .pathIsNotUTF8: "no worker where a path is not UTF-8"
    case .noDailyLimit:
      "no worker without a daily limit: set 'budget: {daily: 5}' in \(Workspace.configPath)"
    case .noConsent: "no worker before you agree that commits start agents: bpsai-pair hooks install"
    }
  }
}

extension Config {
  /// What a person who installs the hooks in the mode `run` agrees to: a mode or a higher limit that comes
  /// with another person's commit starts nothing by itself.
  var consent: String { "\(Config.consentBeginning), for up to \(budget.daily?.text ?? "nothing") a day" }

  static let consentBeginning = "hooks: commits start agents"
}

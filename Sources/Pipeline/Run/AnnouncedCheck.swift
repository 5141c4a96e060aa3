import Git
import Host
import PairCore

/// The checks of an integration while they run: a file names their run, so that `cancel` can stop them. They
/// hold no lease of the task whose result was merged last, but the lock of the plan.
struct AnnouncedCheck {
  let workspace: Workspace
  let task: TaskID

  /// Holds a folder for each lock.
  private var folder: String { workspace.repository.stateFolder + "/checks" }

  /// Calls `work` as `run`, while the file `lock` is locked.
  func during<Value>(
    _ run: RunID, holding lock: String, _ work: () async throws -> Value
  ) async throws -> Value {
    let effects = workspace.process.effects
    let own = "\(folder)/\(lock.split(separator: "/").last ?? "")"
    let path = "\(own)/\(task.folded)"
    try Files.makeFolder(own, effects: effects)
    try AtomicFile.replace(path, with: Array("\(run) \(lock)\n".utf8), effects: effects)
    return try await cleaningUp({ try Files.remove(path, effects: effects) }, after: work)
  }

  func running() throws -> RunID? {
    for lock in try DirectoryWalk.list(folder) {
      guard let bytes = try Files.read("\(folder)/\(lock.name)/\(task.folded)", limitInBytes: 4096) else {
        continue
      }
      let parts = String(decoding: bytes, as: UTF8.self).trimmed.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, let run = RunID(String(parts[0])), try FileLock.isHeld(String(parts[1])) else {
        continue
      }
      return run
    }
    return nil
  }
}

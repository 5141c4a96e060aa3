import Git
import Host
import PairCore

/// The checks of an integration while they run: a file names their run, so that `cancel` can stop them. They hold no
/// lease of the task whose result was merged last, but the lock of the plan.
struct AnnouncedCheck {
  private let path: String
  private let workspace: Workspace

  init(for task: TaskID, in workspace: Workspace) {
    path = workspace.repository.stateFolder + "/checks/" + task.folded
    self.workspace = workspace
  }

  /// Has `work` done as `run`.
  ///
  /// - Parameter lock: the file whose lock is held meanwhile.
  func during<Value>(
    _ run: RunID, holding lock: String, _ work: () async throws -> Value
  ) async throws -> Value {
    let effects = workspace.process.effects
    try Files.makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]), effects: effects)
    try AtomicFile.replace(path, with: Array("\(run) \(lock)\n".utf8), effects: effects)
    do {
      let value = try await work()
      try Files.remove(path, effects: effects)
      return value
    } catch {
      try Files.remove(path, effects: effects)
      throw error
    }
  }

  /// The run that checks now; nil when none does.
  func running() throws -> RunID? {
    guard let bytes = try Files.read(path, limitInBytes: 4096) else { return nil }
    let parts = String(decoding: bytes, as: UTF8.self).trimmed.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let run = RunID(String(parts[0])), try FileLock.isHeld(String(parts[1])) else {
      return nil
    }
    return run
  }
}

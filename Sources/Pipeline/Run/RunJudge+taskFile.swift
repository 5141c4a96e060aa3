import Host
import AgentRuns
import PairCore
import TaskFiles

// The task's own file in the worktree.
extension RunJudge {
  func criteriaLeft() throws -> [AcceptanceCriterion]? {
    guard let bytes = try ownFile(task.source.path) else { return nil }
    // What an agent made of the file may be anything.
    return try? TaskFile.parse(bytes, path: task.source.path, blob: task.source.blob).acceptanceCriteria
  }

  /// Sets the task file's status, where the base holds the file and the agent left it; returns what the file
  /// held, nil where it is unchanged.
  func markDone() throws -> [UInt8]? {
    guard let bytes = try ownFile(assignment.taskPath),
      let done = TaskFile.settingStatus(in: bytes, to: .done)
    else { return nil }
    try AtomicFile.replace(worktree.path + "/" + assignment.taskPath, with: done, effects: process.effects)
    return bytes
  }

  /// The bytes of a file in the worktree; nil where it is none, or the agent put a link in place of a folder
  /// on its path: what that leads to is not ours.
  func ownFile(_ path: String) throws -> [UInt8]? {
    let file = worktree.path + "/" + path
    guard let top = Files.canonical(worktree.path), Files.canonical(file) == top + "/" + path,
      FileInfo.kind(at: file) == .file
    else { return nil }
    return try Files.read(file)
  }
}

import Git
import Host
import PairCore

/// A place where git reads a repository's objects and writes into a folder that is thrown away afterwards, so that
/// looking ahead leaves nothing behind (gitrepository-layout(5): `objects/info/alternates`).
enum ScratchObjects {
  /// Calls `work` with such a place, and removes it.
  static func with<Value>(
    _ workspace: Workspace, _ work: (GitCommand.Place) async throws -> Value
  ) async throws -> Value {
    let (process, effects) = (workspace.process, workspace.process.effects)
    let parent = process.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    let folder = "\(parent)/bpsai-pair-\(String(process.random(), radix: 16))"
    let place = try workspace.mergePlace(objects: folder)
    try Files.makeFolder(folder + "/info", mode: 0o700, effects: effects)
    try AtomicFile.replace(
      folder + "/info/alternates", with: Array("\(workspace.repository.commonDirectory)/objects\n".utf8),
      effects: effects)
    return try await cleaningUp({ try DirectoryWalk.removeTree(folder, effects: effects) }) {
      try await work(place)
    }
  }
}

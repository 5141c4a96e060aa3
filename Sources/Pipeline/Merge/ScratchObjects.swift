import Git
import Host
import PairCore

/// A place where git reads a repository's objects and writes into a folder that is thrown away afterwards, so that
/// looking ahead leaves nothing behind (gitrepository-layout(5): `objects/info/alternates`).
struct ScratchObjects: Sendable {
  private let place: GitCommand.Place
  private let folder: String
  private let effects: EffectDoor

  private init(of workspace: Workspace) throws {
    let process = workspace.process
    let parent = process.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    folder = "\(parent)/bpsai-pair-\(String(process.random(), radix: 16))"
    effects = process.effects
    place = try workspace.mergePlace(objects: folder)
    try Files.makeFolder(folder + "/info", mode: 0o700, effects: effects)
    try AtomicFile.replace(
      folder + "/info/alternates", with: Array("\(workspace.repository.commonDirectory)/objects\n".utf8),
      effects: effects)
  }

  private func remove() throws { try DirectoryWalk.removeTree(folder, effects: effects) }

  /// Has `work` done with such a place, and removes it.
  static func with<Value>(
    _ workspace: Workspace, _ work: (GitCommand.Place) async throws -> Value
  ) async throws -> Value {
    let scratch = try ScratchObjects(of: workspace)
    do {
      let value = try await work(scratch.place)
      try scratch.remove()
      return value
    } catch {
      try scratch.remove()
      throw error
    }
  }
}

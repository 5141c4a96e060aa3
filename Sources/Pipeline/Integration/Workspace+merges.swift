import Git
import Host
import PairCore

extension Workspace {
  /// Where git merges: the attributes of the user's checkout hold, as they do for `git merge`.
  ///
  /// - Parameter objects: where git writes; nil for the repository.
  func mergePlace(objects: String? = nil) -> GitCommand.Place {
    guard let top = repository.workingDirectory else {
      return .init(gitDirectory: repository.commonDirectory, objects: objects)
    }
    return .init(gitDirectory: repository.gitDirectory, worktree: top, objects: objects)
  }

  /// Calls `work` with a place where git reads this repository's objects and writes into a folder that is thrown
  /// away afterwards, so that looking ahead leaves nothing behind (gitrepository-layout(5): `objects/info/alternates`).
  func withScratchObjects<Result: Sendable>(
    _ work: (GitCommand.Place) async throws -> Result
  ) async throws -> Result {
    let effects = surroundings.effects
    let parent = surroundings.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    let folder = "\(parent)/bpsai-pair-\(String(surroundings.random(), radix: 16))"
    try Files.makeFolder(folder, mode: 0o700, effects: effects)
    do {
      try Files.makeFolder(folder + "/info", mode: 0o700, effects: effects)
      try Files.replace(
        folder + "/info/alternates", with: Array("\(repository.commonDirectory)/objects\n".utf8),
        effects: effects)
      let result = try await work(mergePlace(objects: folder))
      try Files.removeTree(folder, effects: effects)
      return result
    } catch {
      try Files.removeTree(folder, effects: effects)
      throw error
    }
  }
}

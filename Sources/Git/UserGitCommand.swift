package import PairCore

/// Git as a person calls it in a folder: with hooks, and with nothing said of where it works.
package struct UserGitCommand: Sendable {
  private let environment: [String: String]
  private let effects: EffectDoor

  /// - Parameter added: what hooks are to see besides the caller's `environment`, without git's own
  ///   variables.
  package init(
    environment: [String: String], adding added: [String: String], user: Signature, effects: EffectDoor
  ) {
    var environment = environment.filter { !$0.key.hasPrefix("GIT_") || GitCommand.keeps($0.key) }
    for role in ["AUTHOR", "COMMITTER"] {
      environment["GIT_\(role)_NAME"] = user.name
      environment["GIT_\(role)_EMAIL"] = user.email
    }
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["GIT_EDITOR"] = ":"
    environment["LC_ALL"] = "C"
    self.environment = environment.merging(added) { $1 }
    self.effects = effects
  }

  /// Runs `git` with `arguments` in `folder` and returns what it printed; `GitError` when its status is not
  /// zero.
  @discardableResult
  package func run(_ arguments: [String], in folder: String) async throws -> [UInt8] {
    try effects.pass(.gitCommand, arguments.joined(separator: " "))
    // Nobody is there to be asked for a passphrase.
    return try await GitCommand.run(
      arguments, ["commit.gpgSign=false", "gc.auto=0", "maintenance.auto=false"], environment, in: folder,
      GitCommand.Bounds(limitInBytes: 64 << 20))
  }
}

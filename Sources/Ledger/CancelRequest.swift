package import Git
import Host
package import PairCore

/// A person's wish that a run stops: a file that names the run, so that it never stops a later one.
package struct CancelRequest: Sendable {
  private let path: String
  private let run: RunID
  private let effects: EffectDoor

  package init(_ task: TaskID, _ run: RunID, in repository: borrowing Repository) {
    path = repository.stateFolder + "/cancel/" + task.folded
    self.run = run
    effects = repository.effects
  }

  /// Asks for it.
  package func make() throws {
    try Files.makeFolder(above: path, effects: effects)
    try AtomicFile.replace(path, with: Array((run.text + "\n").utf8), effects: effects)
  }

  /// Whether somebody has asked for it.
  package var isMade: Bool {
    // A file that cannot be read asks for nothing; whoever made it sees that the run goes on.
    guard let bytes = (try? Files.read(path, limitInBytes: 4096)) ?? nil else { return false }
    return String(decoding: bytes, as: UTF8.self).trimmed == run.text
  }

  /// Takes it back, or away once it is granted.
  package func remove() throws {
    if FileInfo.kind(at: path) != nil { try Files.remove(path, effects: effects) }
  }
}

import Git
import Host
import PairCore

/// The last commit that the hook saw on each branch. Lost, it costs nothing: the next commit is then
/// compared with its parent.
struct SeenCommits {
  /// By ref; `HEAD` stands for a detached one.
  var commits: [String: ObjectID] = [:]

  init(in repository: borrowing Repository) throws {
    guard let bytes = try Files.read(SeenCommits.path(in: repository)) else { return }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      if parts.count == 2, let id = ObjectID(String(parts[0])) { commits[String(parts[1])] = id }
    }
  }

  func write(in repository: borrowing Repository) throws {
    let lines = commits.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)\n" }
    try Files.makeFolder(repository.stateFolder, effects: repository.effects)
    try Files.replace(
      SeenCommits.path(in: repository), with: Array(lines.joined().utf8), effects: repository.effects)
  }

  private static func path(in repository: borrowing Repository) -> String { repository.stateFolder + "/seen" }
}

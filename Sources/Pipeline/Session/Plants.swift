import Host
import Git
import PairCore

/// Files that an agent changed and that git, or this program, would go by: nothing is run with them before a person has
/// looked. They are remembered by what the agent wrote: once a file holds something else, it counts no more.
final class Plants: StatelessRoom {
  private var list: String { repository.stateFolder + "/planted" }

  func remember(_ paths: [String]) throws {
    if paths.isEmpty { return }
    var lines = try remembered()
    for path in paths { if let id = try contents(of: path) { lines.append((id, path)) } }
    let text = lines.map { "\($0.id) \($0.path)\0" }.joined()
    try AtomicFile.replace(list, with: Array(text.utf8), mode: 0o600, effects: process.effects)
  }

  /// Whether one of them holds what an agent wrote.
  var areThere: Bool { get throws { try remembered().contains { try contents(of: $0.path) == $0.id } } }

  /// - Throws: `PairError` of kind `notApproved` while one of them holds what an agent wrote.
  func requireNone() throws {
    let left = try remembered().filter { try contents(of: $0.path) == $0.id }
    guard let first = left.first else { return }
    throw PairError(
      .notApproved,
      "an agent changed \(first.path.escapedForTerminal(limit: 300)), which git or bpsai-pair would obey",
      hint: "'bpsai-pair log' shows the run and how to undo it. If the file is as you want it: rm '\(list)'")
  }

  private func remembered() throws -> [(id: ObjectID, path: String)] {
    (try Files.read(list) ?? []).split(separator: 0).compactMap { line in
      let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 1)
      guard words.count == 2, let id = ObjectID(String(words[0])) else { return nil }
      return (id, String(words[1]))
    }
  }

  /// Of a link, where it leads and what is there.
  private func contents(of path: String) throws -> ObjectID? {
    switch FileInfo.kind(at: path) {
    case .file: return ObjectID.ofBlob(try Files.read(path) ?? [])
    case .link:
      let real = Files.canonical(path)
      let isFile = real.flatMap { FileInfo.kind(at: $0) } == .file
      let bytes = try isFile ? real.flatMap { try Files.read($0) } ?? [] : []
      return ObjectID.ofBlob(try Files.linkTarget(path) + [0] + bytes)
    case .folder, .other, nil: return nil
    }
  }
}

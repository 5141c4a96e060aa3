package import Git
import Host
package import PairCore

extension Snapshot {
  /// Writes the files of `snapshot` below `folder`, empty or not there yet: as they were, but for the names
  /// that git would obey (`.git` of a nested repository), which stay escaped and are returned.
  package static func export(
    _ snapshot: ObjectID, to folder: String, from repository: borrowing Repository, effects: EffectDoor
  ) throws -> [String] {
    var escaped: [String] = []
    try Files.makeFolder(folder, mode: 0o700, effects: effects)
    for entry in try repository.files(in: repository.tree(of: snapshot), below: "files") {
      let stored = String(entry.path.dropFirst("files/".count))
      let plain = unescaped(stored)
      if plain == nil { escaped.append(stored) }
      let path = folder + "/" + (plain ?? stored)
      try Files.makeFolder(above: path, effects: effects)
      switch entry.mode {
      case .link: try AtomicFile.replaceLink(path, pointingTo: repository.blob(entry.id), effects: effects)
      case .submodule, .folder: try Files.makeFolder(path, effects: effects)
      case .file, .executable:
        try AtomicFile.replace(
          path, with: repository.blob(entry.id), mode: entry.mode == .executable ? 0o755 : 0o644,
          effects: effects)
      }
    }
    return escaped
  }
}

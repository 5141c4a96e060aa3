import Host
package import PairCore

extension AgentRun {
  /// What an agent's output is kept in, in its run's folder.
  static let transcriptName = "transcript.jsonl"
  static let errorsName = "stderr.log"

  /// Hides credentials in what a run left whose end no process saw: `folder` holds a folder for each of its
  /// agents, none of which lives any more; `environment` is the caller's.
  package static func redactOutput(
    below folder: String, environment: [String: String], effects: EffectDoor
  ) throws {
    let redaction = Redaction(environment: environment)
    for (name, kind) in try DirectoryWalk.list(folder) where kind == .folder {
      try FileRedaction.redactAll(below: "\(folder)/\(name)", by: redaction, effects: effects)
    }
  }
}

enum FileRedaction {
  /// What an agent has for itself while it works.
  private static let scratch = ["tmp", "home"]

  /// Hides credentials in every file of an agent's folder; its temporary files and its private home go.
  static func redactAll(below folder: String, by redaction: Redaction, effects: EffectDoor) throws {
    for name in scratch where FileInfo.kind(at: "\(folder)/\(name)") != nil {
      try DirectoryWalk.removeTree("\(folder)/\(name)", effects: effects)
    }
    var files: [String] = []
    try DirectoryWalk.walk(folder) { path, info in
      // Git's index of the worktree: names and numbers.
      if info?.kind == .file, path != "index" { files.append("\(folder)/\(path)") }
      return true
    }
    for file in files { try redact(file, by: redaction, effects: effects) }
  }

  /// Replaces every credential in the file at `path`; a file without any is left alone. Its size costs no
  /// memory.
  static func redact(_ path: String, by redaction: Redaction, effects: EffectDoor) throws {
    var scan = Redaction.Scan(redaction)
    try Files.readPieces(of: path) { piece, isLast in
      if scan.hasFound { return }
      scan.take(piece, isLast: isLast)
      _ = scan.takeOutput()
    }
    guard scan.hasFound else { return }
    var writing = Redaction.Scan(redaction)
    try AtomicFile.rewrite(path, mode: 0o600, effects: effects) { piece, isLast in
      writing.take(piece, isLast: isLast)
      return writing.takeOutput()
    }
  }
}

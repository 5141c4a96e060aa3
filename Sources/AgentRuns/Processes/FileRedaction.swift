import Host
public import PairCore

extension AgentRun {
  /// What an agent's output is kept in, in its run's folder.
  static let transcriptName = "transcript.jsonl"
  static let errorsName = "stderr.log"

  /// Hides credentials in what the agents of a run printed that nobody saw to the end.
  ///
  /// - Parameters:
  ///   - folder: holds a folder for each of them.
  ///   - environment: the caller's.
  public static func redactOutput(
    below folder: String, environment: [String: String], effects: EffectDoor
  ) throws {
    let redaction = Redaction(environment: environment)
    for (name, kind) in try Files.list(folder) where kind == .folder {
      for file in [transcriptName, errorsName].map({ "\(folder)/\(name)/\($0)" })
      where Files.kind(of: file) == .file {
        try FileRedaction.redact(file, by: redaction, effects: effects)
      }
    }
  }
}

/// Hides credentials in a file that a program wrote.
enum FileRedaction {
  /// Replaces every credential in the file at `path` by what it was; a file without any is left alone.
  ///
  /// It is read in pieces, so that its size costs no memory.
  static func redact(_ path: String, by redaction: Redaction, effects: EffectDoor) throws {
    var scan = Redaction.Scan(redaction)
    try Files.readPieces(of: path) { piece, isLast in
      scan.take(piece, isLast: isLast)
      _ = scan.takeOutput()
    }
    guard scan.hasFound else { return }
    var writing = Redaction.Scan(redaction)
    try Files.rewrite(path, mode: 0o600, effects: effects) { piece, isLast in
      writing.take(piece, isLast: isLast)
      return writing.takeOutput()
    }
  }
}

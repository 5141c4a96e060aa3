import Host
package import PairCore

/// Asks which version of an agent's program is installed.
package struct AgentVersion: Sendable {
  private let supervisor: String
  private let environment: [String: String]
  private let limit: Duration
  private let effects: EffectDoor

  /// - Parameter limit: how long a program may take to say it.
  package init(
    supervisor: String, environment: [String: String], limit: Duration = .seconds(5), effects: EffectDoor
  ) {
    self.supervisor = supervisor
    self.environment = environment
    self.limit = limit
    self.effects = effects
  }

  /// Asks `program` for its version; nil when it names none in time. It gets no credentials, and runs away
  /// from every repository, whose files could choose another version or more.
  ///
  /// - Parameter folder: for its output; made, and removed afterwards.
  package func of(_ program: String, in folder: String) async throws -> String? {
    try Files.makeFolder(folder, mode: 0o700, effects: effects)
    return try await tidying { [effects] in
      try DirectoryWalk.removeTree(folder, effects: effects)
    } after: {
      let output = folder + "/version"
      let end = try await ChildProcess(
        supervisor: supervisor, program: program, arguments: ["--version"],
        environment: ChildEnvironment.inherited(from: environment), folder: "/", inputPath: "/dev/null",
        outputPath: output, errorPath: folder + "/stderr"
      ).run(limit: limit, effects: effects)
      let bytes = try Files.read(output) ?? []
      return end.exit == .exited(0)
        ? AgentVersion.version(in: String(decoding: bytes.prefix(4_096), as: UTF8.self)) : nil
    }
  }

  /// The first word that is a version: `2.1.330 (Claude Code)`, `codex-cli 0.163.0`, `v2026.01.02-0a0b0c0`.
  static func version(in text: String) -> String? {
    text.split(whereSeparator: \.isWhitespace)
      .map { $0.hasPrefix("v") ? $0.dropFirst() : $0 }
      .first { word in
        word.first?.isNumber == true && word.contains(".")
          && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-+_".contains($0)) }
      }
      .map { String($0.prefix(60)) }
  }
}

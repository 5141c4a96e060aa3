import Host
public import PairCore

/// Runs the commands that a project declares under `checks:`, and those that set its worktrees up.
public enum CheckRunner {
  /// Runs `check` in `worktree`.
  ///
  /// - Parameters:
  ///   - environment: the caller's; the check gets it without anything that looks like a credential.
  ///   - folder: for the check's output, outside the worktree.
  ///   - kind: what the names of the files with its output begin with.
  ///   - isCancelled: whether a person wants the run to stop.
  /// - Throws: `RunCancelled`; `CancellationError` after an interrupt; `PairError` when it cannot be started.
  public static func run(
    _ check: Check, in worktree: String, supervisor: String, environment: [String: String],
    folder: String, kind: String = "check", effects: EffectDoor,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) async throws -> CheckResult {
    let output = "\(folder)/\(kind)-\(fileName(check.name)).log"
    let errors = "\(folder)/\(kind)-\(fileName(check.name)).stderr"
    let start = ContinuousClock.now
    let end = try await ChildProcess(
      supervisor: supervisor, program: "/bin/sh", arguments: ["-c", check.run],
      environment: ChildEnvironment.scrubbed(environment, keeping: []), folder: worktree,
      inputPath: "/dev/null", outputPath: output, errorPath: errors
    ).run(limit: .seconds(check.timeoutInSeconds), effects: effects) { isCancelled() ? .cancelled : nil }
    if end.stop == .cancelled { throw RunCancelled() }
    let duration = (ContinuousClock.now - start).inSeconds
    let passed = end.exit == .exited(0) && !end.timedOut
    return CheckResult(
      name: check.name, passed: passed,
      detail: passed
        ? ""
        : Redaction(environment: environment).redacted(
          try describe(end, check: check, output: output, errors: errors)),
      durationInSeconds: duration)
  }

  private static func describe(
    _ end: ChildProcess.End, check: Check, output: String, errors: String
  ) throws -> String {
    let how =
      switch end.exit {
      case _ where end.timedOut: "was stopped after \(check.timeoutInSeconds) s"
      case .exited(let code): "exited with status \(code)"
      case .signalled(let signal): "was killed by signal \(signal)"
      }
    let tail = try FileTail.last(of: errors, lines: 10) + FileTail.last(of: output, lines: 10)
    return ([how] + tail).joined(separator: "\n")
  }

  private static func fileName(_ name: String) -> String {
    String(
      name.unicodeScalars.map { $0.isASCII && $0.properties.isAlphabetic ? Character($0) : "-" }.prefix(40))
  }
}

extension Duration {
  public var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

import Git
import Host
package import PairCore

/// Runs the commands that a project declares under `checks:`, and those that set its worktrees up.
package enum CheckRunner {
  /// Runs `check` in `worktree`.
  ///
  /// - Parameters:
  ///   - environment: the caller's; the check gets it without anything that looks like a credential.
  ///   - folder: for the check's output, outside the worktree.
  ///   - kind: what the names of the files with its output begin with.
  ///   - outputInBytes: what it may print.
  ///   - isCancelled: whether a person wants the run to stop.
  /// - Throws: `RunCancelled`; `CancellationError` after an interrupt; `PairError` when it cannot be started.
  package static func run(
    _ check: Check, in worktree: String, supervisor: String, environment: [String: String],
    folder: String, kind: String = "check", outputInBytes: Int, effects: EffectDoor,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) async throws -> CheckResult {
    let output = "\(folder)/\(kind)-\(fileName(check.name)).log"
    let errors = "\(folder)/\(kind)-\(fileName(check.name)).stderr"
    let start = ContinuousClock.now
    let ended: Result<ChildProcess.End, any Error>
    do {
      ended = .success(
        try await ChildProcess(
          supervisor: supervisor, program: "/bin/sh", arguments: ["-c", check.run],
          environment: ChildEnvironment.scrubbed(environment, keeping: []), folder: worktree,
          inputPath: "/dev/null", outputPath: output, errorPath: errors
        ).run(limit: .seconds(check.timeoutInSeconds), effects: effects) {
          if isCancelled() { return .cancelled }
          let printed = [output, errors].reduce(0) { $0 + (Files.info(of: $1)?.sizeInBytes ?? 0) }
          return printed > outputInBytes ? .output : nil
        })
    } catch {
      ended = .failure(error)
    }
    let duration = (ContinuousClock.now - start).inSeconds
    // However it ended, an interrupt included: nobody comes by later to do it.
    let redaction = Redaction(environment: environment)
    for file in [output, errors] where Files.kind(of: file) == .file {
      try FileRedaction.redact(file, by: redaction, effects: effects)
    }
    let end = try ended.get()
    if end.stop == .cancelled { throw RunCancelled() }
    let passed = end.exit == .exited(0) && end.stop == nil
    return CheckResult(
      name: check.name, passed: passed,
      detail: passed
        ? ""
        : try describe(end, check: check, outputInBytes: outputInBytes, output: output, errors: errors),
      durationInSeconds: duration)
  }

  private static func describe(
    _ end: ChildProcess.End, check: Check, outputInBytes: Int, output: String, errors: String
  ) throws -> String {
    let how =
      switch end.exit {
      case _ where end.timedOut: "was stopped after \(check.timeoutInSeconds) s"
      case _ where end.stop == .output:
        "was stopped, since it had printed more than \(outputInBytes >> 20) MiB"
      case .exited(let code): "exited with status \(code)"
      case .signalled(let signal): "was killed by signal \(signal)"
      }
    let tail = try FileTail.last(of: errors, lines: 10) + FileTail.last(of: output, lines: 10)
    return ([how] + tail).joined(separator: "\n")
  }

  /// Of no other name: where not all of `name` can stand in it, its hash tells them apart.
  static func fileName(_ name: String) -> String {
    let plain = name.unicodeScalars.prefix(40).map {
      $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil) || $0 == "_"
        ? Character($0) : "-"
    }
    return String(plain) == name ? name : String(plain) + "." + ObjectID.ofBlob(Array(name.utf8)).short
  }
}

extension Duration {
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

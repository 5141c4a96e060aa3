import Git
package import Host
package import PairCore

/// Runs the commands that a project declares under `checks:`, and those that set its worktrees up.
package struct CheckRunner: Sendable {
  private let supervisor: String
  private let environment: [String: String]
  private let variables: [VariablePattern]
  private let sandbox: Sandbox?
  private let folder: String
  private let outputInBytes: Int
  private let effects: EffectDoor
  private let isCancelled: @Sendable () -> Bool

  /// - Parameters:
  ///   - environment: the caller's, from which that of a check is made.
  ///   - variables: what a check gets of it because the project asks for it and the user approved.
  ///   - sandbox: the walls around a check; nil for none.
  ///   - folder: for the checks' output, outside the worktree.
  ///   - isCancelled: whether a person wants the run to stop.
  package init(
    supervisor: String, environment: [String: String], variables: [VariablePattern] = [],
    sandbox: Sandbox? = nil, folder: String,
    outputInBytes: Int, effects: EffectDoor, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.supervisor = supervisor
    self.environment = environment
    self.variables = variables
    self.sandbox = sandbox
    self.folder = folder
    self.outputInBytes = outputInBytes
    self.effects = effects
    self.isCancelled = isCancelled
  }

  /// Runs `check` in `worktree`; the names of the files with its output begin with `kind`.
  ///
  /// - Throws: `RunCancelled`; `CancellationError` after an interrupt; `PairError` when it cannot be started.
  package func run(_ check: Check, kind: String = "check", in worktree: String) async throws -> CheckResult {
    let name = "\(folder)/\(kind)-\(CheckRunner.fileName(check.name))"
    let process = ChildProcess(
      supervisor: supervisor, program: "/bin/sh", arguments: ["-c", check.run],
      environment: ChildEnvironment.inherited(from: environment, keys: variables), folder: worktree,
      inputPath: "/dev/null", outputPath: name + ".log", errorPath: name + ".stderr", sandbox: sandbox)
    let start = ContinuousClock.now
    let (end, duration) = try await tidying { [environment, effects] in
      let redaction = Redaction(environment: environment)
      for file in [process.outputPath, process.errorPath] where FileInfo.kind(at: file) == .file {
        try FileRedaction.redact(file, by: redaction, effects: effects)
      }
    } after: {
      let end = try await process.run(
        limit: .seconds(check.timeoutInSeconds), effects: effects,
        reasonsToStop: [
          { [isCancelled] in isCancelled() ? .cancelled : nil },
          { [outputInBytes] in process.printedBytes > outputInBytes ? .output : nil },
        ])
      return (end, (ContinuousClock.now - start).inSeconds)
    }
    if end.stop == .cancelled { throw RunCancelled() }
    let passed = end.exit == .exited(0) && end.stop == nil
    return CheckResult(
      name: check.name, passed: passed, detail: passed ? "" : try describe(end, of: check, process),
      durationInSeconds: duration)
  }

  private func describe(_ end: ChildProcess.End, of check: Check, _ process: ChildProcess) throws -> String {
    let how =
      switch end.exit {
      case _ where end.stop == .deadline: "was stopped after \(check.timeoutInSeconds) s"
      case _ where end.stop == .output:
        "was stopped, since it had printed more than \(outputInBytes >> 20) MiB"
      case _ where end.stop == .unsupervised: "was ended, since its supervisor was stopped or killed"
      case .exited(let code): "exited with status \(code)"
      case .signalled(let signal): "was killed by signal \(signal)"
      }
    let tail =
      try FileTail.last(of: process.errorPath, lines: 10) + FileTail.last(of: process.outputPath, lines: 10)
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
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

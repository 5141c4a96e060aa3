package import Host
package import PairCore

/// A person had a run stopped.
package struct RunCancelled: Error {
  package init() {}
}

/// One agent, run once in a worktree: its files, its process and what it said.
package struct AgentRun: Sendable {
  /// How an agent's run ended and what it reported.
  package struct Result: Sendable {
    package let report: AgentReport
    /// Why it cannot count as finished; nil when the agent ended well. The worktree shows what it changed.
    package let failure: Failure?
    /// What a person should know of it, one sentence each.
    package let remarks: [String]
    package let durationInSeconds: Double

    /// The result of an agent that was not started, and why.
    package static func notStarted(_ failure: Failure) -> Result {
      Result(report: AgentReport(), failure: failure, remarks: [], durationInSeconds: 0)
    }
  }

  /// How long the rest of a stopped agent's transcript is read: it may be as long as the disk is large.
  private static let patience = Duration.seconds(5)

  private let adapter: any AgentAdapter
  private let supervisor: String
  private let sandbox: Sandbox?
  private let extraEnvironment: [String: String]
  private let bounds: AgentBounds
  private let effects: EffectDoor
  private let onEvent: @Sendable (AgentEvent) -> Void

  /// - Parameters:
  ///   - supervisor: absolute path of this program.
  ///   - sandbox: the walls around it; nil for none.
  ///   - extraEnvironment: on top of what the adapter gives the agent.
  ///   - onEvent: told of every event while the agent runs, on a thread that it may block.
  package init(
    of adapter: any AgentAdapter, supervisor: String, sandbox: Sandbox? = nil,
    extraEnvironment: [String: String], bounds: AgentBounds, effects: EffectDoor,
    onEvent: @escaping @Sendable (AgentEvent) -> Void
  ) {
    self.adapter = adapter
    self.supervisor = supervisor
    self.sandbox = sandbox
    self.extraEnvironment = extraEnvironment
    self.bounds = bounds
    self.effects = effects
    self.onEvent = onEvent
  }

  /// Runs the agent on `request` to its end, or to one of its bounds; its files are in `request.runFolder`.
  /// Where the session that it is to continue is gone, it begins a new one.
  ///
  /// - Throws: `PairError` when it cannot be started; `CancellationError` after an interrupt; `RunCancelled`.
  package func run(_ request: AgentRequest) async throws -> Result {
    if let file = adapter.commandFiles.first(where: { FileInfo.kind(at: request.worktree + "/" + $0) != nil })
    {
      let why = "the repository has \(file), and nothing keeps \(adapter.name) from running its commands"
      return .notStarted(Failure(.refused, why))
    }
    let first = try await once(request)
    guard first.sessionIsGone, let session = request.session else { return first.result }
    var fresh = request
    fresh.session = nil
    let second = try await once(fresh).result
    let remark = "the session \(session.id) of \(adapter.name) is gone, so it began a new one"
    return Result(
      report: second.report, failure: second.failure, remarks: [remark] + second.remarks,
      durationInSeconds: first.result.durationInSeconds + second.durationInSeconds)
  }

  private func once(_ request: AgentRequest) async throws -> (result: Result, sessionIsGone: Bool) {
    let redaction = Redaction(environment: request.environment)
    return try await tidying { [effects] in
      try FileRedaction.redactAll(below: request.runFolder, by: redaction, effects: effects)
    } after: {
      try await attend(request, redaction)
    }
  }

  private func attend(
    _ request: AgentRequest, _ redaction: Redaction
  ) async throws -> (result: Result, sessionIsGone: Bool) {
    let command = adapter.command(for: request)
    let transcript = request.runFolder + "/" + AgentRun.transcriptName
    let errors = request.runFolder + "/" + AgentRun.errorsName
    let prompt = try writeFiles(of: command, in: request.runFolder)
    let reading = TranscriptReading(
      try FileTail(transcript), adapter.makeReader(resuming: request.session), quietLimit: bounds.silence,
      redaction: redaction, onEvent)
    let process = ChildProcess(
      supervisor: supervisor, program: command.program, arguments: command.arguments,
      environment: command.environment.merging(extraEnvironment) { _, ours in ours },
      folder: command.workingDirectory, inputPath: prompt, outputPath: transcript, errorPath: errors,
      sandbox: sandbox)
    let usage = bounds.overrun.map { UsageWatch(adapter, request.session, command.environment, $0) }
    let disk = DiskWatch(
      of: PrivateGit.path(besides: request.worktree), limitInBytes: PrivateGit.limitInBytes)
    let start = ContinuousClock.now
    let end = try await process.run(
      limit: bounds.time, effects: effects,
      reasonsToStop: [
        {
          reading.readNew()
          return nil
        },
        { usage?.overrun(reading.report).map { .overBudget($0) } },
        { [bounds] in bounds.isCancelled() ? .cancelled : nil },
        { reading.isQuietForTooLong ? .silence : nil },
        { [bounds] in process.printedBytes > bounds.outputInBytes ? .output : nil },
        { disk.isTooLarge ? .disk : nil },
      ])
    // Of one that printed too much, what was read by then has to do.
    if end.stop != .output {
      let limit = end.stop == nil ? nil : AgentRun.patience
      try await onOwnThread { try reading.finish(for: limit) }
    }
    // Judging it needs the folder, which the agent may have removed.
    let wasRemoved = FileInfo.kind(at: transcript) != .file
    try Files.makeFolder(request.runFolder, mode: 0o700, effects: effects)
    // Its last 64 KiB, which is where an end is explained.
    let stderr = try FileTail.last(of: errors, lines: .max).map(redaction.redacted)
    reading.take(
      adapter.aftermath(
        of: reading.report, resuming: request.session, environment: command.environment, stderr: stderr))
    var report = reading.report
    let sessionIsGone =
      report.session == nil && end.stop == nil
      && adapter.goneSession.map { words in stderr.contains { $0.contains(words) } } == true
    if request.setUp.isPrivate { report.session = nil }
    let result = Result(
      report: report, failure: try failure(end, report, stderr)?.redacted(by: redaction),
      remarks: adapter.remarks(on: report, of: request)
        + (wasRemoved ? ["the files of its run (\(request.runFolder)) were removed while it worked"] : []),
      durationInSeconds: (ContinuousClock.now - start).inSeconds)
    return (result, sessionIsGone)
  }

  /// Writes what the agent's command needs, and returns the path of the prompt.
  private func writeFiles(of command: AgentCommand, in folder: String) throws -> String {
    for name in command.folders {
      try Files.makeFolder(folder + "/" + name, mode: 0o700, effects: effects)
    }
    let prompt = "prompt.md"
    let files =
      command.files.map { ($0.path, Array($0.contents.utf8)) }
      + [(prompt, command.standardInput), (AgentRun.transcriptName, [])]
    for (name, bytes) in files {
      try AtomicFile.replace(folder + "/" + name, with: bytes, mode: 0o600, effects: effects)
    }
    return folder + "/" + prompt
  }

  /// Why the run cannot count as finished; nil when the agent ended well.
  private func failure(
    _ end: ChildProcess.End, _ report: AgentReport, _ stderr: [String]
  ) throws -> Failure? {
    switch end.stop {
    case .deadline: stopped(.timedOut, "stopped after \(Int(bounds.time.inSeconds)) s", report)
    case .overBudget(let why): Failure(.overBudget, "stopped: \(why)")
    case .output:
      Failure(.badOutput, "stopped, since it had printed more than \(bounds.outputInBytes >> 20) MiB")
    case .disk:
      Failure(
        .badOutput, "stopped, since its git directory had grown beyond \(PrivateGit.limitInBytes >> 30) GiB")
    case .cancelled: throw RunCancelled()
    case .unsupervised:
      Failure(.crashed, "its supervisor was stopped or killed, so all that it had started was ended")
    case .silence:
      stopped(
        .stalled, "stopped, since it had said nothing for \(Int(bounds.silence?.inSeconds ?? 0)) s", report)
    case nil:
      adapter.failure(exit: end.exit, report: report, stderrTail: stderr.suffix(20).joined(separator: "\n"))
    }
  }

  /// A rate limit where the agent was waiting for its end, which codex does for as long as the provider says.
  private func stopped(_ kind: FailureClass, _ detail: String, _ report: AgentReport) -> Failure {
    guard let reason = report.retryReason, FailureClass(words: reason) == .rateLimited else {
      return Failure(kind, detail)
    }
    return Failure(.rateLimited, "\(detail); it was waiting: \(reason)")
  }
}

/// What ends an agent before its own end.
package struct AgentBounds: Sendable {
  package let time: Duration
  /// How long it may say nothing: a provider's keep-alive messages can hold it for hours. Nil for no limit.
  package let silence: Duration?
  /// What it may print.
  package let outputInBytes: Int
  /// Whether a person wants the run to stop; asked all the time.
  package let isCancelled: @Sendable () -> Bool
  /// Why what it used, by its model, costs too much; nil while it may go on. Asked when more was used.
  package let overrun: (@Sendable (Usage, String?) -> String?)?

  package init(
    time: Duration, silence: Duration?, outputInBytes: Int = .max,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    overrun: (@Sendable (Usage, String?) -> String?)? = nil
  ) {
    self.time = time
    self.silence = silence
    self.outputInBytes = outputInBytes
    self.isCancelled = isCancelled
    self.overrun = overrun
  }
}

extension AgentRun {
  /// What an agent said that was killed together with this program, by its run's folder; nil where that is
  /// too long to be read. The `environment` says where agents keep files of their own.
  package static func report(
    ofDead adapter: any AgentAdapter, resuming session: AgentSession? = nil, in folder: String,
    environment: [String: String]
  ) throws -> AgentReport? {
    var report = AgentReport()
    let path = folder + "/" + transcriptName
    guard let info = FileInfo(at: path) else { return report }
    if info.sizeInBytes > longestTranscriptInBytes { return nil }
    var reader = adapter.makeReader(resuming: session)
    let redaction = Redaction(environment: environment)
    for line in try FileTail.allLines(of: path) {
      for event in reader.read(line: line) { report.take(event.redacted(by: redaction)) }
    }
    for event in adapter.aftermath(of: report, resuming: session, environment: environment, stderr: []) {
      report.take(event.redacted(by: redaction))
    }
    return report
  }

  private static let longestTranscriptInBytes = 64 << 20
}

import Host
package import PairCore
import Synchronization

/// A person had a run stopped.
package struct RunCancelled: Error {
  package init() {}
}

/// One agent, run once in a worktree: its files, its process and what it said.
package enum AgentRun {
  /// How an agent's run ended and what it reported.
  package struct Result: Sendable {
    package let report: AgentReport
    /// Why it cannot count as finished; nil when the agent ended well. Whether it changed anything is
    /// for the worktree to show.
    package let failure: Failure?
    /// What a person should know of it, one sentence each.
    package let remarks: [String]
    package let durationInSeconds: Double

    /// The result of an agent that was not started, and why.
    package static func notStarted(_ failure: Failure) -> Result {
      Result(report: AgentReport(), failure: failure, remarks: [], durationInSeconds: 0)
    }
  }

  /// Runs `adapter` on `request` to its end, or to one of `bounds`.
  ///
  /// Prompt, transcript and the agent's stderr are files in `request.runFolder`. Where the session that it is
  /// to go on with is gone, it begins a new one.
  ///
  /// - Parameters:
  ///   - extraEnvironment: on top of what the adapter gives it.
  ///   - onEvent: told of every event while the agent runs.
  /// - Throws: `PairError` when the run cannot be started; `CancellationError` after an interrupt;
  ///   `RunCancelled`.
  package static func run(
    _ adapter: any AgentAdapter, _ request: AgentRequest, supervisor: String,
    extraEnvironment: [String: String], bounds: AgentBounds, effects: EffectDoor,
    onEvent: @escaping @Sendable (AgentEvent) -> Void
  ) async throws -> Result {
    if let file = adapter.commandFiles.first(where: { Files.kind(of: request.worktree + "/" + $0) != nil }) {
      let why = "the repository has \(file), and nothing keeps \(adapter.name) from running its commands"
      return .notStarted(Failure(.refused, why))
    }
    func start(_ request: AgentRequest) async throws -> (result: Result, sessionIsGone: Bool) {
      try await once(
        adapter, request, supervisor: supervisor, extraEnvironment: extraEnvironment, bounds: bounds,
        effects: effects, onEvent: onEvent)
    }
    let first = try await start(request)
    guard first.sessionIsGone, let session = request.session else { return first.result }
    let second = try await start(request.beginningAnew()).result
    let remark = "the session \(session.id) of \(adapter.name) is gone, so it began a new one"
    return Result(
      report: second.report, failure: second.failure, remarks: [remark] + second.remarks,
      durationInSeconds: first.result.durationInSeconds + second.durationInSeconds)
  }

  private static func once(
    _ adapter: any AgentAdapter, _ request: AgentRequest, supervisor: String,
    extraEnvironment: [String: String], bounds: AgentBounds, effects: EffectDoor,
    onEvent: @escaping @Sendable (AgentEvent) -> Void
  ) async throws -> (result: Result, sessionIsGone: Bool) {
    let redaction = Redaction(environment: request.environment)
    let ended: Swift.Result<(result: Result, sessionIsGone: Bool), any Error>
    do {
      ended = .success(
        try await attend(
          adapter, request, supervisor: supervisor, extraEnvironment: extraEnvironment, bounds: bounds,
          redaction: redaction, effects: effects, onEvent: onEvent))
    } catch {
      ended = .failure(error)
    }
    // However it ended, an interrupt included: nobody comes by later to do it.
    try FileRedaction.redactAll(below: request.runFolder, by: redaction, effects: effects)
    return try ended.get()
  }

  private static func attend(
    _ adapter: any AgentAdapter, _ request: AgentRequest, supervisor: String,
    extraEnvironment: [String: String], bounds: AgentBounds, redaction: Redaction, effects: EffectDoor,
    onEvent: @escaping @Sendable (AgentEvent) -> Void
  ) async throws -> (result: Result, sessionIsGone: Bool) {
    let folder = request.runFolder
    let command = adapter.command(for: request)
    for name in command.folders {
      try Files.makeFolder(folder + "/" + name, mode: 0o700, effects: effects)
    }
    for file in command.files {
      try Files.replace(
        folder + "/" + file.path, with: Array(file.contents.utf8), mode: 0o600, effects: effects)
    }
    let prompt = folder + "/prompt.md"
    let transcript = folder + "/" + transcriptName
    let errors = folder + "/" + errorsName
    try Files.replace(prompt, with: command.standardInput, mode: 0o600, effects: effects)
    try Files.replace(transcript, with: [], mode: 0o600, effects: effects)

    let reading = TranscriptReading(
      try FileTail(transcript), adapter.makeReader(resuming: request.session), quietLimit: bounds.silence,
      redaction: redaction, onEvent)
    let watch = bounds.overrun.map { UsageWatch(adapter, request.session, command.environment, $0) }
    let start = ContinuousClock.now
    let end = try await ChildProcess(
      supervisor: supervisor, program: command.program, arguments: command.arguments,
      environment: command.environment.merging(extraEnvironment) { _, ours in ours },
      folder: command.workingDirectory, inputPath: prompt, outputPath: transcript, errorPath: errors
    ).run(limit: bounds.time, effects: effects) {
      reading.readNew()
      if bounds.isCancelled() { return .cancelled }
      if reading.isQuietForTooLong { return .silence }
      let printed = [transcript, errors].reduce(0) { $0 + (Files.info(of: $1)?.sizeInBytes ?? 0) }
      if printed > bounds.outputInBytes { return .output }
      return watch?.overrun(reading.report).map { .overBudget($0) }
    }
    // Of one that printed too much, what was read by then has to do.
    if end.stop != .output { try reading.finish() }
    // Its last 64 KiB, which is where an end is explained.
    let stderr = try FileTail.last(of: errors, lines: .max)
    var report = reading.takeAll(
      adapter.aftermath(
        of: reading.report, resuming: request.session, environment: command.environment, stderr: stderr))
    let sessionIsGone =
      report.session == nil && end.stop == nil
      && adapter.goneSession.map { words in stderr.contains { $0.contains(words) } } == true
    if request.setUp.isPrivate { report = report.withoutSession() }
    let failure: Failure? =
      switch end.stop {
      case .deadline: stopped(.timedOut, "stopped after \(Int(bounds.time.inSeconds)) s", report)
      case .overBudget(let why): Failure(.overBudget, "stopped: \(why)")
      case .output:
        Failure(.badOutput, "stopped, since it had printed more than \(bounds.outputInBytes >> 20) MiB")
      case .cancelled: throw RunCancelled()
      case .silence:
        stopped(
          .stalled, "stopped, since it had said nothing for \(Int(bounds.silence?.inSeconds ?? 0)) s", report)
      case nil:
        adapter.failure(
          exit: end.exit, report: report, stderrTail: stderr.suffix(20).joined(separator: "\n"))
      }
    let result = Result(
      report: report, failure: failure?.redacted(by: redaction),
      remarks: adapter.remarks(on: report, of: request),
      durationInSeconds: (ContinuousClock.now - start).inSeconds)
    return (result, sessionIsGone)
  }

  /// The failure of a run that was stopped: a rate limit where the agent was waiting for its end, which codex
  /// does for as long as the provider says.
  private static func stopped(_ kind: FailureClass, _ detail: String, _ report: AgentReport) -> Failure {
    guard let reason = report.retryReason, FailureClass(words: reason) == .rateLimited else {
      return Failure(kind, detail)
    }
    return Failure(.rateLimited, "\(detail); it was waiting: \(reason)")
  }
}

/// A transcript that is read while it is written.
private final class TranscriptReading: Sendable {
  private struct State: ~Copyable {
    var tail: FileTail
    var reader: any AgentEventReader
    var report = AgentReport()
    var silence: Silence
    var failure: (any Error)?
  }

  private let state: Mutex<State>
  private let redaction: Redaction
  private let onEvent: @Sendable (AgentEvent) -> Void

  init(
    _ tail: consuming FileTail, _ reader: sending any AgentEventReader, quietLimit: Duration?,
    redaction: Redaction,
    _ onEvent: @escaping @Sendable (AgentEvent) -> Void
  ) {
    state = Mutex(State(tail: tail, reader: reader, silence: Silence(limit: quietLimit, since: .now)))
    self.redaction = redaction
    self.onEvent = onEvent
  }

  /// - Parameter pieces: how many pieces of the file to read at most: an agent may print faster than anybody
  ///   reads, and whoever watches it has more to look at.
  func readNew(pieces: Int = 64) {
    state.withLock { state in
      do {
        var hasLines = false
        var left = pieces
        while left > 0, let lines = try state.tail.newLines() {
          left -= 1
          hasLines = hasLines || !lines.isEmpty
          for line in lines { take(line, &state) }
        }
        if hasLines { state.silence.heard(at: .now) }
      } catch {
        state.failure = error  // Told by finish(): the process goes on meanwhile.
      }
    }
  }

  var isQuietForTooLong: Bool { state.withLock { $0.silence.isTooLong(at: .now) } }

  /// Reads the rest.
  func finish() throws {
    readNew(pieces: .max)
    try state.withLock { state in
      if let line = state.tail.lastLine() { take(line, &state) }
      if let failure = state.failure { throw failure }
    }
  }

  var report: AgentReport { state.withLock { $0.report } }

  /// The report with `events`, which did not come out of the transcript.
  func takeAll(_ events: [AgentEvent]) -> AgentReport {
    state.withLock { state in
      for event in events { take(event, &state) }
      return state.report
    }
  }

  private func take(_ line: [UInt8], _ state: inout State) {
    for event in state.reader.read(line: line) { take(event, &state) }
  }

  private func take(_ event: AgentEvent, _ state: inout State) {
    let event = event.redacted(by: redaction)
    state.report.take(event)
    onEvent(event)
  }
}

import PairCore
import Synchronization

/// A transcript that is read while it is written.
final class TranscriptReading: Sendable {
  /// Held while a piece is read and its events are told.
  private struct Source: ~Copyable {
    var tail: FileTail
    var reader: any AgentEventReader
    var failure: (any Error)?
  }

  /// What others look at meanwhile; held for moments.
  private struct Seen {
    var report = AgentReport()
    var silence: Silence
  }

  private let source: Mutex<Source>
  private let seen: Mutex<Seen>
  private let redaction: Redaction
  private let onEvent: @Sendable (AgentEvent) -> Void

  init(
    _ tail: consuming FileTail, _ reader: sending any AgentEventReader, quietLimit: Duration?,
    redaction: Redaction, _ onEvent: @escaping @Sendable (AgentEvent) -> Void
  ) {
    source = Mutex(Source(tail: tail, reader: reader))
    seen = Mutex(Seen(silence: Silence(limit: quietLimit, since: .now)))
    self.redaction = redaction
    self.onEvent = onEvent
  }

  /// Reads what is there, for about `limit` at most: an agent may print faster than anything reads. Returns
  /// whether that was all.
  @discardableResult
  func readNew(for limit: Duration? = .seconds(1)) -> Bool {
    let end = limit.map { ContinuousClock.now + $0 }
    return source.withLock { source in
      do {
        while let lines = try source.tail.newLines() {
          if !lines.isEmpty { seen.withLock { $0.silence.heard(at: .now) } }
          for line in lines { take(source.reader.read(line: line)) }
          if let end, ContinuousClock.now > end { return false }
        }
      } catch {
        source.failure = error  // finish() throws it; the process runs on meanwhile.
      }
      return true
    }
  }

  var isQuietForTooLong: Bool { seen.withLock { $0.silence.isTooLong(at: .now) } }

  var report: AgentReport { seen.withLock { $0.report } }

  /// Reads the rest of a finished transcript, or what can be read of it in `limit`.
  func finish(for limit: Duration?) throws {
    guard readNew(for: limit) else { return }
    try source.withLock { source in
      if let line = source.tail.lastLine() { take(source.reader.read(line: line)) }
      if let failure = source.failure { throw failure }
    }
  }

  /// Takes events, such as those that did not come out of the transcript.
  func take(_ events: [AgentEvent]) {
    for event in events {
      let event = event.redacted(by: redaction)
      seen.withLock { $0.report.take(event) }
      onEvent(event)
    }
  }
}

/// How long an agent has said nothing.
struct Silence: Sendable {
  /// Nil where silence is usual.
  let limit: Duration?
  private var lastWord: ContinuousClock.Instant

  init(limit: Duration?, since start: ContinuousClock.Instant) {
    self.limit = limit
    lastWord = start
  }

  mutating func heard(at moment: ContinuousClock.Instant) { lastWord = moment }

  func isTooLong(at moment: ContinuousClock.Instant) -> Bool {
    limit.map { moment - lastWord >= $0 } ?? false
  }
}

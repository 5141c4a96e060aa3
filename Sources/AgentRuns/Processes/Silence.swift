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

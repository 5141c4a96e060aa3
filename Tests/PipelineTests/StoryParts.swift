import PairCore
import Synchronization

/// A clock that stands still unless a test moves it.
final class StoryClock: Sendable {
  /// 2027-01-15T08:00:00Z
  static let start: Int64 = 1_800_000_000

  private let seconds = Mutex(start)

  var now: Timestamp { Timestamp(secondsSince1970: seconds.withLock { $0 }) }
  func advance(by more: Int64) { seconds.withLock { $0 += more } }
}

/// What a person was told.
final class StoryLines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }
  func add(_ line: String) { lines.withLock { $0.append(line) } }
}

/// The error that `work` fails with.
func failure<Value>(of work: () throws -> Value) -> PairError? {
  do {
    _ = try work()
    return nil
  } catch { return error as? PairError }
}

func failure<Value>(awaiting work: () async throws -> Value) async -> PairError? {
  do {
    _ = try await work()
    return nil
  } catch { return error as? PairError }
}

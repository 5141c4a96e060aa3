import Host
import Synchronization

/// Looks now and then at how much a folder takes on disk.
final class DiskWatch: Sendable {
  private let folder: String
  private let limitInBytes: Int
  private let next = Mutex(ContinuousClock.now)

  private static let interval = Duration.seconds(5)

  init(of folder: String, limitInBytes: Int) {
    self.folder = folder
    self.limitInBytes = limitInBytes
  }

  /// Whether it takes more than it may; false between two looks.
  var isTooLarge: Bool {
    let isDue = next.withLock { next in
      if next > .now { return false }
      next = .now + DiskWatch.interval
      return true
    }
    guard isDue else { return false }
    // What changes meanwhile is looked at the next time.
    return ((try? DirectoryWalk.diskUse(of: folder)) ?? 0) > limitInBytes
  }
}

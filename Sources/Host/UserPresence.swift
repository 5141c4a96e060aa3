import Glibc
import Synchronization

/// Whether the user is at work in some folders while this process does something else: a shell, an editor or its language
/// server that works there. What changes there meanwhile may be theirs.
package final class UserPresence: Sendable {
  private let folders: [String]
  /// In ticks since the system's start.
  private let start: Int64
  private let seen = Mutex(false)
  private let looking = Mutex<Task<Void, Never>?>(nil)

  /// A command of an editor's, such as a fetch, takes longer.
  private static let interval = Duration.milliseconds(200)

  package init(in folders: [String]) {
    self.folders = folders.map { Files.canonical($0) ?? $0 }
    start = ProcessTraces.now
    look()
  }

  /// Looks now and then, until `wasSeen` is asked for.
  package func keepLooking() {
    looking.withLock {
      $0 = Task.detached { [weak self] in
        while !Task.isCancelled {
          try? await Task.sleep(for: UserPresence.interval)  // Ends early when it is over.
          self?.look()
        }
      }
    }
  }

  /// Whether somebody was seen there by now; ends the looking.
  package var wasSeen: Bool {
    looking.withLock { $0?.cancel() }
    look()
    return seen.withLock { $0 }
  }

  private func look() {
    if seen.withLock({ $0 }) { return }
    // No /proc: the user is never seen.
    let ids = ((try? DirectoryWalk.list("/proc")) ?? []).compactMap { Int32($0.name) }
    // Where a process works is asked first, since that is cheap, and few work here.
    let near = ids.filter(works)
    if near.isEmpty { return }
    let all = ProcessRecord.all()
    var own: Set<Int32> = [getpid()]
    var above = getppid()
    while above > 1, own.insert(above).inserted { above = all[above]?.parent ?? 0 }
    let isSeen = near.contains { id in !own.contains(id) && all[id].map { isOfUser($0, all) } == true }
    if isSeen { seen.withLock { $0 = true } }
  }

  private func works(_ id: Int32) -> Bool {
    guard let path = ProcessRecord.link("cwd", of: id) else { return false }
    return folders.contains { path == $0 || path.hasPrefix($0 + "/") }
  }

  /// Whether it, or what it came out of, is older than what this process is doing. What an agent starts is younger, and
  /// so is all that it came out of up to this process, or to what adopts orphans: `init`, or the user's systemd.
  private func isOfUser(_ process: ProcessRecord, _ all: [Int32: ProcessRecord]) -> Bool {
    var process = process
    while process.start >= start {
      guard process.parent > 1, process.parent != getpid(), let parent = all[process.parent],
        parent.file("comm") != Array("systemd\n".utf8)
      else { return false }
      process = parent
    }
    return !isBelowThis(process, all)
  }

  private func isBelowThis(_ process: ProcessRecord, _ all: [Int32: ProcessRecord]) -> Bool {
    var id = process.id
    while id > 1 {
      if id == getpid() { return true }
      id = all[id]?.parent ?? 0
    }
    return false
  }
}

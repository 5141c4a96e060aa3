import Glibc
import Synchronization

/// Whether the user is at work in some folders while this process does something else: a shell, an editor or its language
/// server that works there. What changes there meanwhile may be theirs.
package final class UserPresence: Sendable {
  private let folders: [String]
  /// In ticks since the system's start.
  private let start: Int64
  /// The processes that worked there at the start, each with how often it had run by then.
  private let idle: [(id: Int32, switches: String?)]
  private let seen = Mutex(false)
  private let looking = Mutex<Task<Void, Never>?>(nil)

  /// A command of an editor's, such as a fetch, takes longer.
  private static let interval = Duration.milliseconds(200)

  package init(in folders: [String]) {
    self.folders = folders.map { Files.canonical($0) ?? $0 }
    start = ProcessTraces.now
    idle = UserPresence.near(self.folders).map { ($0, UserPresence.switches(of: $0)) }
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
    // A process that only waits, such as a shell in another window, did nothing.
    let near = UserPresence.near(folders).filter { id in
      !idle.contains { $0.id == id && $0.switches == UserPresence.switches(of: id) }
    }
    if near.isEmpty { return }
    let all = ProcessRecord.all()
    let this = all[getpid()]
    var own: Set<Int32> = [getpid()]
    var above = getppid()
    while above > 1, own.insert(above).inserted { above = all[above]?.parent ?? 0 }
    let isSeen = near.contains { id in
      guard !own.contains(id), let process = all[id], process.group != this?.group,
        process.session != getpid(),
        process.file("comm") != this?.file("comm")
      else { return false }
      return isOfUser(process, all)
    }
    if isSeen { seen.withLock { $0 = true } }
  }

  /// The processes that work in one of `folders`; none where there is no /proc.
  private static func near(_ folders: [String]) -> [Int32] {
    ((try? DirectoryWalk.list("/proc")) ?? []).compactMap { Int32($0.name) }.filter { id in
      guard let path = ProcessRecord.link("cwd", of: id) else { return false }
      return folders.contains { path == $0 || path.hasPrefix($0 + "/") }
    }
  }

  /// How often the process has waited for something and gone on (proc(5), `voluntary_ctxt_switches`).
  private static func switches(of id: Int32) -> String? {
    let bytes = ((try? Files.read("/proc/\(id)/status")) ?? nil) ?? []  // It has ended.
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("voluntary_ctxt_switches") }.map(String.init)
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

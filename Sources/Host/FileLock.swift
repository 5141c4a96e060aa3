import Glibc
package import PairCore

/// A lock on a file that lives as long as its process (flock(2), close-on-exec): it needs no pid, no
/// clock and no cleaning up, and the system gives it back however its owner dies.
package struct FileLock: ~Copyable, Sendable {
  private let descriptor: CInt

  /// Takes the lock at `path`, or returns nil at once when another process holds it.
  ///
  /// - Parameters:
  ///   - holder: one line that tells people who holds it.
  ///   - attempts: how often it is tried, a millisecond apart, which block this thread: one suffices where the caller
  ///     tries again by itself.
  package static func tryLock(
    _ path: String, holder: String, attempts: Int = 20, effects: EffectDoor
  ) throws -> FileLock? {
    try effects.pass(.fileWrite, path)
    var attempts = attempts
    let lock = try FileLock(path) {
      // It may be isHeld() asking, or a copy in a process that a holder was starting when it was killed.
      attempts -= 1
      if attempts > 0 { usleep(1_000) }
      return attempts > 0
    }
    guard let lock else { return nil }
    // The line is a courtesy for people; the lock holds without it.
    let line = Array((holder + "\n").utf8)
    _ = ftruncate(lock.descriptor, 0)
    _ = pwrite(lock.descriptor, line, line.count, 0)
    return lock
  }

  /// Takes a lock that processes hold for moments, one after the other; nil when others held it for
  /// `patience` milliseconds. It waits, blocking its thread, so what has to work meanwhile (what ends agents,
  /// what hears signals, what writes lines) has threads of its own. It tells no one who has it.
  package static func takeBriefly(_ path: String, patience: Int) throws(PairError) -> FileLock? {
    if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) { mkdir(String(path[..<slash]), 0o755) }
    let end = SelfPipe.milliseconds() + Int64(patience)
    return try FileLock(path) {
      if SelfPipe.milliseconds() >= end { return false }
      usleep(500)
      return true
    }
  }

  /// - Parameter waits: asked each time that another process holds it: whether to try again, after a pause.
  private init?(_ path: String, waits: () -> Bool) throws(PairError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system("opening the lock \(path)") }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR || code == EWOULDBLOCK && waits() { continue }
      close(descriptor)
      if code == EWOULDBLOCK { return nil }
      throw .system("locking \(path)", code: code)
    }
    self.descriptor = descriptor
  }

  deinit {
    // Closing alone would not do: a process that is being started has a copy of the descriptor for a moment.
    _ = flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Whether another process holds the lock at `path`.
  ///
  /// - Throws: `PairError` when the system does not say: a caller that took this for "free" would end a live run.
  package static func isHeld(_ path: String) throws(PairError) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return false }
      throw .system("opening the lock \(path)")
    }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_SH | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return true }
      if errno != EINTR { throw .system("asking for the lock \(path)") }
    }
    return false
  }

  /// The line that the lock's present or last holder wrote; nil when there is none.
  package static func holder(of path: String) throws -> String? {
    guard let bytes = try Files.read(path, limitInBytes: 4096) else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).trimmed
    return line.isEmpty ? nil : line
  }
}

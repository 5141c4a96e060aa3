import Glibc
package import PairCore

/// A lock on a file that lives as long as its process (flock(2), close-on-exec): it needs no pid, no
/// clock and no cleaning up, and the system gives it back however its owner dies.
package struct FileLock: ~Copyable, Sendable {
  private let descriptor: Int32
  package let path: String

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
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw PairError.system("opening the lock \(path)") }
    var attempts = attempts
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      attempts -= 1
      if code == EWOULDBLOCK, attempts > 0 {
        // It may be isHeld() asking, or a copy in a process that a holder was starting when it was killed.
        usleep(1_000)
        continue
      }
      close(descriptor)
      if code == EWOULDBLOCK { return nil }
      throw PairError.system("locking \(path)", code: code)
    }
    return FileLock(descriptor: descriptor, holding: holder, path: path)
  }

  /// Whether another process holds the lock at `path`.
  ///
  /// - Throws: `PairError` when the system does not say: a caller that took this for "free" would end a live run.
  package static func isHeld(_ path: String) throws(PairError) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT || code == ENOTDIR { return false }
      throw PairError.system("opening the lock \(path)", code: code)
    }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_SH | LOCK_NB) != 0 {
      let code = errno
      if code == EWOULDBLOCK { return true }
      if code != EINTR { throw PairError.system("asking for the lock \(path)", code: code) }
    }
    return false
  }

  /// The line that the lock's present or last holder wrote; nil when there is none.
  ///
  /// - Throws: `PairError` when the lock is there and cannot be read.
  package static func holder(of path: String) throws -> String? {
    guard let bytes = try Files.read(path, limitInBytes: 4096) else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).trimmed
    return line.isEmpty ? nil : line
  }

  private init(descriptor: Int32, holding holder: String, path: String) {
    self.descriptor = descriptor
    self.path = path
    let line = Array((holder + "\n").utf8)
    // The line is a courtesy for people; the lock holds without it.
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, line, line.count, 0)
  }

  deinit {
    // Closing alone would not do: a process that is being started has a copy of the descriptor for a moment.
    _ = flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

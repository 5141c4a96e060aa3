import Glibc
package import PairCore

/// A lock that processes hold for moments, one after the other (flock(2), close-on-exec). It waits, blocking its
/// thread, so what has to work meanwhile (what ends agents, what hears signals, what writes lines) has threads of its
/// own. It tells no one who has it; the system gives it back however its owner dies.
package struct ShortFileLock: ~Copyable, Sendable {
  private let descriptor: Int32

  /// Takes the lock at `path`; nil when others held it all the time.
  ///
  /// - Parameter patience: in milliseconds.
  /// - Throws: `PairError` when the file cannot be opened or made.
  package static func take(_ path: String, patience: Int) throws(PairError) -> ShortFileLock? {
    var descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    if descriptor < 0, errno == ENOENT, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
      mkdir(String(path[..<slash]), 0o755)
      descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    }
    guard descriptor >= 0 else { throw PairError.system("opening the lock \(path)") }
    let end = SelfPipe.milliseconds() + Int64(patience)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      guard code == EWOULDBLOCK, SelfPipe.milliseconds() < end else {
        close(descriptor)
        if code == EWOULDBLOCK { return nil }
        throw PairError.system("locking \(path)", code: code)
      }
      usleep(500)
    }
    return ShortFileLock(descriptor: descriptor)
  }

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit {
    // Closing alone would not do: a process that is being started has a copy of the descriptor for a moment.
    _ = flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

import Glibc
import PairCore

/// A folder that is open. What is in it is reached by one name from its descriptor, so that no link put in place of a
/// folder meanwhile leads elsewhere.
final class OpenFolder {
  struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  let descriptor: CInt
  private let stream: OpaquePointer

  /// - Parameters:
  ///   - name: from the folder with the descriptor `parent`, or a path.
  ///   - opens: whether the owner gets the right to read, write and enter it, where it is missing.
  /// - Returns: Nil when no folder stands there (any more).
  init?(
    _ name: [CChar], in parent: CInt = AT_FDCWD, follows: Bool = false, opens: Bool = false,
    shown: @autoclosure () -> String
  ) throws(PairError) {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follows ? 0 : O_NOFOLLOW)
    var descriptor = openat(parent, name, flags)
    if descriptor < 0, errno == EACCES, opens {
      fchmodat(parent, name, 0o700, AT_SYMLINK_NOFOLLOW)
      descriptor = openat(parent, name, flags)
    }
    if descriptor < 0, errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return nil }
    guard descriptor >= 0 else { throw .system("listing \(shown())") }
    if opens {
      var info = stat()
      if fstat(descriptor, &info) == 0, info.st_mode & 0o700 != 0o700 { fchmod(descriptor, 0o700) }
    }
    guard let stream = fdopendir(descriptor) else {
      let code = errno
      close(descriptor)
      throw .system("listing \(shown())", code: code)
    }
    self.descriptor = descriptor
    self.stream = stream
  }

  deinit { closedir(stream) }

  var identity: Identity? {
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { return nil }
    return Identity(device: UInt64(info.st_dev), inode: UInt64(info.st_ino))
  }

  /// Tells each name in it, which is valid for that call, and what the system knows of it, nil for what is gone.
  ///
  /// - Throws: `PairError` also where the folder may be read and not entered: what is in it cannot be looked at then.
  func readEntries(
    shown: @autoclosure () -> String, _ take: (UnsafePointer<CChar>, FileInfo?) -> Void
  ) throws(PairError) {
    var fault: CInt = 0
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        // d_name ends with a zero (readdir(3)).
        let name = bytes.assumingMemoryBound(to: CChar.self).baseAddress!
        if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return }
        var info = stat()
        let isThere = fstatat(descriptor, name, &info, AT_SYMLINK_NOFOLLOW) == 0
        if !isThere, errno != ENOENT { fault = errno }
        take(name, isThere ? FileInfo(info) : nil)
      }
    }
    if errno != 0 { fault = errno }
    if fault != 0 { throw .system("listing \(shown())", code: fault) }
  }
}

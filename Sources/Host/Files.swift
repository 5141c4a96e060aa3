import Glibc
package import PairCore

/// Files and folders by path: what can be asked of them, and what changes their names and folders. What a file holds
/// changes through `AtomicFile` alone, and whole trees are the matter of `DirectoryWalk`.
package enum Files {
  /// What the system takes as the name of a file, the zero at its end included (pathconf(3)).
  package static let longestPathInBytes = Int(PATH_MAX)

  /// Whether the file at `path` may be executed by its mode bits.
  package static func isExecutable(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }

  /// Whether this process may write to what stands at `path`.
  package static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }

  private static func isFolder(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  /// `path` where it is a folder, else the nearest above it that is; nil when a file stands in the way.
  package static func nearestFolder(to path: String) -> String? {
    var path = canonical(path) ?? path
    while true {
      var info = stat()
      if stat(path, &info) == 0 { return info.st_mode & S_IFMT == S_IFDIR ? path : nil }
      guard errno == ENOENT, let slash = path.lastIndex(of: "/"), path != "/" else { return nil }
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
  }

  /// Bytes that are free for this user in the file system of `path`; nil where it cannot tell.
  package static func freeBytes(at path: String) -> Int? {
    var info = statvfs()
    guard statvfs(path, &info) == 0 else { return nil }
    return Int(
      clamping: UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize)).partialValue)
  }

  /// `path` absolute and without links, or nil when it does not exist.
  package static func canonical(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Makes the folder at `path` and those above it, where they are missing.
  package static func makeFolder(_ path: String, mode: UInt32 = 0o755, effects: EffectDoor) throws {
    if isFolder(path) { return }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      let above = String(path[..<slash])
      if FileInfo.kind(at: above) == nil { try makeFolder(above, mode: mode, effects: effects) }
    }
    try effects.pass(.fileWrite, path)
    if mkdir(path, mode_t(mode)) == 0 { return }
    let code = errno
    // Another process may have made it just now.
    if code == EEXIST, isFolder(path) { return }
    throw PairError.system("making the folder \(path)", code: code == EEXIST ? ENOTDIR : code)
  }

  /// Makes the folder that `path` is to lie in, and those above it, where they are missing.
  package static func makeFolder(above path: String, effects: EffectDoor) throws {
    try path.lastIndex(of: "/").map { try makeFolder(String(path[..<$0]), effects: effects) }
  }

  /// Where the link at `path` points.
  package static func linkTarget(_ path: String) throws(PairError) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(path, &buffer, buffer.count)
    guard count >= 0 else { throw .system("reading the link \(path)") }
    return buffer[..<count].map { UInt8(bitPattern: $0) }
  }

  /// Gives what stands at `path` another name, in the same file system.
  package static func rename(_ path: String, to new: String, effects: EffectDoor) throws {
    try effects.pass(.fileWrite, new)
    guard Glibc.rename(path, new) == 0 else { throw PairError.system("renaming \(path) to \(new)") }
  }

  /// Removes the file at `path` if there is one.
  package static func remove(_ path: String, effects: EffectDoor) throws {
    try effects.pass(.fileRemove, path)
    try unlinkIfThere(path)
  }

  static func unlinkIfThere(_ path: String) throws(PairError) {
    if unlink(path) != 0, errno != ENOENT, errno != ENOTDIR { throw .system("removing \(path)") }
  }

  /// Removes the folder at `path` if there is one and nothing is in it.
  package static func removeEmptyFolder(_ path: String, effects: EffectDoor) throws {
    try effects.pass(.fileRemove, path)
    if rmdir(path) != 0, errno != ENOENT, errno != ENOTEMPTY {
      throw PairError.system("removing the folder \(path)")
    }
  }

  /// Gives the file at `path` the time at which the one at `other` was last changed (utimensat(2)).
  package static func setChangeTime(of path: String, asOf other: String, effects: EffectDoor) throws {
    try effects.pass(.fileWrite, path)
    var info = stat()
    guard stat(other, &info) == 0 else { throw PairError.system("reading the times of \(other)") }
    guard utimensat(AT_FDCWD, path, [info.st_atim, info.st_mtim], 0) == 0 else {
      throw PairError.system("setting the times of \(path)")
    }
  }

  /// The bytes of the file at `path`; nil when there is none. More than `limitInBytes` is an error.
  package static func read(_ path: String, limitInBytes: Int = 256 << 20) throws(PairError) -> [UInt8]? {
    // Without O_NONBLOCK a named pipe would block until a process writes to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system("reading \(path)")
    }
    defer { close(descriptor) }
    return try readAll(from: descriptor, name: path, limitInBytes: limitInBytes)
  }

  /// What comes in on standard input, to its end; more than `limitInBytes` is an error.
  package static func readStandardInput(atMost limitInBytes: Int) throws(PairError) -> [UInt8] {
    try readAll(from: STDIN_FILENO, name: "standard input", limitInBytes: limitInBytes)
  }

  private static func readAll(
    from descriptor: CInt, name: String, limitInBytes: Int
  ) throws(PairError) -> [UInt8] {
    var bytes: [UInt8] = []
    var info = stat()
    let size = fstat(descriptor, &info) == 0 ? min(Int(info.st_size), limitInBytes) : 0
    bytes.reserveCapacity(size)
    // One byte more than is expected, so that a file of the stated size ends with the second read.
    var buffer = [UInt8](repeating: 0, count: min(max(size + 1, 1 << 12), 1 << 16))
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system("reading \(name)")
      }
      bytes.append(contentsOf: buffer[..<count])
      if bytes.count > limitInBytes {
        throw PairError(.invalidInput, "reading \(name): it is larger than \(limitInBytes) bytes")
      }
    }
  }

  private static let pieceInBytes = 1 << 18

  /// Reads the file at `path` piece by piece; the last piece may be empty.
  package static func readPieces(
    of path: String, _ take: (_ piece: [UInt8], _ isLast: Bool) throws -> Void
  ) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw PairError.system("reading \(path)") }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: pieceInBytes)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw PairError.system("reading \(path)")
      }
      try take(Array(buffer[..<count]), count == 0)
      if count == 0 { return }
    }
  }
}

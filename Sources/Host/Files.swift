import Glibc
package import PairCore

/// Files and folders by path. A file is replaced by rename, never by truncation, so that a full disk or
/// a kill leaves the old content or the new, never half of it.
package enum Files {
  package enum Kind: Hashable, Sendable {
    case file, folder, link, other
  }

  /// What the system knows of a path without reading it.
  package struct Info: Hashable, Sendable {
    package let kind: Kind
    package let sizeInBytes: Int
    /// Whether any execute bit is set.
    package let isExecutable: Bool
    /// Whether its owner may read, write and enter it, as folders are made.
    package let isOpenToOwner: Bool
    /// Together with the time of the last change, this tells whether it is still the very same file.
    package let inode: UInt64
    /// When content or attributes last changed. Unlike the time of modification nobody can set it.
    package let changedAtSecond: Int
    package let changedAtNanosecond: Int
    /// What it takes on disk.
    package let allocatedBytes: Int

    /// The same, in whole seconds.
    package var changedAt: Timestamp { Timestamp(secondsSince1970: Int64(changedAtSecond)) }

    init(_ info: stat) {
      kind =
        switch info.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFLNK: .link
        default: .other
        }
      sizeInBytes = Int(info.st_size)
      isExecutable = info.st_mode & 0o111 != 0
      isOpenToOwner = info.st_mode & 0o700 == 0o700
      inode = UInt64(info.st_ino)
      changedAtSecond = Int(info.st_ctim.tv_sec)
      changedAtNanosecond = Int(info.st_ctim.tv_nsec)
      allocatedBytes = Int(info.st_blocks) * 512
    }
  }

  /// What stands at `path` itself (links are not followed); nil when nothing does.
  package static func info(of path: String) -> Info? {
    var info = stat()
    return lstat(path, &info) == 0 ? Info(info) : nil
  }

  /// The kind of what stands at `path` itself; nil when nothing does.
  package static func kind(of path: String) -> Kind? { info(of: path)?.kind }

  /// Whether the file at `path` may be executed by its mode bits.
  package static func isExecutable(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }

  /// Whether this process may write to what stands at `path`.
  package static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }

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

  /// The bytes of the file at `path`; nil when there is none.
  ///
  /// - Throws: `PairError` when it cannot be read, or holds more than `limitInBytes`.
  package static func read(
    _ path: String, limitInBytes: Int = 256 << 20
  ) throws(PairError) -> [UInt8]? {
    // Without O_NONBLOCK a named pipe would hold us up until somebody writes to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system("reading \(path)")
    }
    defer { close(descriptor) }
    return try readAll(from: descriptor, name: path, limitInBytes: limitInBytes)
  }

  /// What comes in on standard input, to its end.
  ///
  /// - Throws: `PairError` when it cannot be read, or is more than `limitInBytes`.
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

  /// Puts `bytes` at `path`, atomically, in place of what stood there.
  package static func replace(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644, effects: EffectDoor
  ) throws {
    try effects.pass(.fileWrite, path)
    let temporary = newName(beside: path)
    do {
      try write(bytes, to: temporary, for: path, mode: mode)
      guard Glibc.rename(temporary, path) == 0 else { throw PairError.system("writing \(path)") }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Puts `bytes` at `path` if nothing stands there; returns whether it did.
  package static func create(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644, effects: EffectDoor
  ) throws -> Bool {
    if kind(of: path) != nil { return false }
    try effects.pass(.fileWrite, path)
    let temporary = newName(beside: path)
    defer { unlink(temporary) }
    try write(bytes, to: temporary, for: path, mode: mode)
    if link(temporary, path) == 0 { return true }
    if errno == EEXIST { return false }
    throw PairError.system("writing \(path)")
  }

  /// - Parameter path: what `temporary` is to become, for the message.
  private static func write(
    _ bytes: [UInt8], to temporary: String, for path: String, mode: UInt32
  ) throws(PairError) {
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
    guard descriptor >= 0 else { throw .system("writing \(path)") }
    do {
      try writeAll(bytes, to: descriptor, for: path)
    } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw .system("writing \(path)") }
  }

  static func writeAll(_ bytes: [UInt8], to descriptor: CInt, for path: String) throws(PairError) {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system("writing \(path)")
      }
      done += count
    }
  }

  /// Makes the folder at `path` and those above it, where they are missing.
  package static func makeFolder(_ path: String, mode: UInt32 = 0o755, effects: EffectDoor) throws {
    var info = stat()
    if stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR { return }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      let above = String(path[..<slash])
      if kind(of: above) == nil { try makeFolder(above, mode: mode, effects: effects) }
    }
    try effects.pass(.fileWrite, path)
    if mkdir(path, mode_t(mode)) == 0 { return }
    let code = errno
    // Another process may have made it just now.
    if code == EEXIST, stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR { return }
    throw PairError.system("making the folder \(path)", code: code == EEXIST ? ENOTDIR : code)
  }

  /// What stands in the folder at `path`, by name, in the order of the names; empty when there is no
  /// such folder.
  package static func list(_ path: String) throws(PairError) -> [(name: String, kind: Kind)] {
    try names(in: Array(path.utf8CString))
      .map { String(decoding: $0.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
      .map { (name: $0, kind: kind(of: path + "/" + $0) ?? .other) }
      .sorted { $0.name < $1.name }
  }

  /// The names in a folder as they are on disk: any bytes, not only UTF-8.
  private static func names(in path: [CChar]) throws(PairError) -> [[CChar]] {
    guard let folder = opendir(path) else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw .system("listing \(shown(path))")
    }
    defer { closedir(folder) }
    var found: [[CChar]] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) }
      }
      if name != [0x2E] && name != [0x2E, 0x2E] {
        found.append(name)
      }
    }
    return found
  }

  private static func shown(_ path: [CChar]) -> String {
    String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Where the link at `path` points.
  package static func linkTarget(_ path: String) throws(PairError) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(path, &buffer, buffer.count)
    guard count >= 0 else { throw .system("reading the link \(path)") }
    return buffer[..<count].map { UInt8(bitPattern: $0) }
  }

  /// Puts a link to `target` at `path`, atomically, in place of a file or link that stood there.
  package static func replaceLink(_ path: String, pointingTo target: [UInt8], effects: EffectDoor) throws {
    try effects.pass(.fileWrite, path)
    let temporary = newName(beside: path)
    unlink(temporary)
    guard symlink(target.map { CChar(bitPattern: $0) } + [0], temporary) == 0 else {
      throw PairError.system("making the link \(path)")
    }
    if Glibc.rename(temporary, path) == 0 { return }
    let code = errno
    unlink(temporary)
    throw PairError.system("making the link \(path)", code: code)
  }

  /// Gives what stands at `path` another name, in the same file system.
  package static func rename(_ path: String, to new: String, effects: EffectDoor) throws {
    try effects.pass(.fileWrite, new)
    guard Glibc.rename(path, new) == 0 else { throw PairError.system("renaming \(path) to \(new)") }
  }

  /// Removes the file at `path` if there is one.
  package static func remove(_ path: String, effects: EffectDoor) throws {
    try effects.pass(.fileRemove, path)
    if unlink(path) != 0, errno != ENOENT { throw PairError.system("removing \(path)") }
  }

  /// Removes the folder at `path` if there is one and nothing is in it.
  package static func removeEmptyFolder(_ path: String, effects: EffectDoor) throws {
    try effects.pass(.fileRemove, path)
    if rmdir(path) != 0, errno != ENOENT, errno != ENOTEMPTY {
      throw PairError.system("removing the folder \(path)")
    }
  }

  /// Removes `path` and all below it; links are removed, never followed.
  package static func removeTree(_ path: String, effects: EffectDoor) throws {
    try effects.pass(.fileRemove, path)
    try removeTree(Array(path.utf8CString))
  }

  /// - Parameter path: a C string, since what an agent left may have names that are no UTF-8.
  private static func removeTree(_ path: [CChar]) throws(PairError) {
    var info = stat()
    guard lstat(path, &info) == 0 else { return }
    guard info.st_mode & S_IFMT == S_IFDIR else {
      if unlink(path) != 0, errno != ENOENT { throw .system("removing \(shown(path))") }
      return
    }
    // An agent, or a tool it ran, may have left folders without the right to write (Go's module cache).
    chmod(path, 0o700)
    for name in try names(in: path) { try removeTree(path.dropLast() + [0x2F] + name + [0]) }
    if rmdir(path) != 0, errno != ENOENT { throw .system("removing the folder \(shown(path))") }
  }
}

import CHost
import Glibc
package import PairCore
import Synchronization

/// New content on its way to a path. It is written beside it and takes its place in one step, so that a full disk or
/// a kill leaves the old content or the new, never half of it; what is not put in place is removed.
package struct AtomicFile: ~Copyable {
  private let path: String
  private let temporary: String
  private let descriptor: CInt
  private var isOpen = true

  private init(for path: String, mode: UInt32) throws(PairError) {
    self.path = path
    temporary = AtomicFile.newName(beside: path)
    unlink(temporary)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
    guard descriptor >= 0 else {
      isOpen = false
      throw .system("writing \(path)")
    }
  }

  deinit {
    if isOpen { close(descriptor) }
    unlink(temporary)
  }

  private func write(_ bytes: [UInt8]) throws(PairError) {
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

  private mutating func finish() throws(PairError) {
    isOpen = false
    guard close(descriptor) == 0 else { throw .system("writing \(path)") }
  }

  private consuming func replace() throws(PairError) {
    try finish()
    guard rename(temporary, path) == 0 else { throw .system("writing \(path)") }
  }

  /// Puts it there if nothing does stand there; returns whether it did.
  private consuming func create() throws(PairError) -> Bool {
    try finish()
    if link(temporary, path) == 0 { return true }
    if errno == EEXIST { return false }
    throw .system("writing \(path)")
  }

  private static let count = Atomic<Int>(0)

  /// A name that no other process uses, and no other part of this one.
  private static func newName(beside path: String) -> String {
    "\(path).new-\(getpid())-\(count.add(1, ordering: .relaxed).newValue)"
  }

  /// Puts `bytes` at `path`, in place of what stood there.
  package static func replace(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644, effects: EffectDoor
  ) throws {
    try effects.pass(.fileWrite, path)
    let file = try AtomicFile(for: path, mode: mode)
    try file.write(bytes)
    try file.replace()
  }

  /// Puts `bytes` at `path` if nothing stands there; returns whether it did.
  package static func create(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644, effects: EffectDoor
  ) throws -> Bool {
    if FileInfo.kind(at: path) != nil { return false }
    try effects.pass(.fileWrite, path)
    let file = try AtomicFile(for: path, mode: mode)
    try file.write(bytes)
    return try file.create()
  }

  /// Puts what `change` makes of the file at `path`, piece by piece, in its place.
  package static func rewrite(
    _ path: String, mode: UInt32, effects: EffectDoor,
    _ change: (_ piece: [UInt8], _ isLast: Bool) throws -> [UInt8]
  ) throws {
    try effects.pass(.fileWrite, path)
    let file = try AtomicFile(for: path, mode: mode)
    try Files.readPieces(of: path) { piece, isLast in try file.write(change(piece, isLast)) }
    try file.replace()
  }

  /// Puts a copy of the file at `source` at `path`, with the same permissions. Where the file system can (Btrfs,
  /// XFS), both share their blocks until one is changed (ioctl_ficlone(2)).
  ///
  /// - Throws: `PairError` when `source` is no regular file, a link to one included.
  package static func copy(_ source: String, to path: String, effects: EffectDoor) throws {
    try effects.pass(.fileWrite, path)
    let input = open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard input >= 0 else { throw PairError.system("reading \(source)") }
    defer { close(input) }
    var info = stat()
    guard fstat(input, &info) == 0 else { throw PairError.system("reading \(source)") }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw PairError(.invalidInput, "copying \(source): it is no regular file")
    }
    let file = try AtomicFile(for: path, mode: 0o600)
    guard pair_copy_file(input, file.descriptor) == 0, fchmod(file.descriptor, info.st_mode & 0o777) == 0
    else {
      throw PairError.system("writing \(path)")
    }
    try file.replace()
  }

  /// Puts a link to `target` at `path`, in place of a file or link that stood there.
  package static func replaceLink(_ path: String, pointingTo target: [UInt8], effects: EffectDoor) throws {
    try effects.pass(.fileWrite, path)
    let temporary = newName(beside: path)
    unlink(temporary)
    guard symlink(target.map { CChar(bitPattern: $0) } + [0], temporary) == 0 else {
      throw PairError.system("making the link \(path)")
    }
    if rename(temporary, path) == 0 { return }
    let code = errno
    unlink(temporary)
    throw PairError.system("making the link \(path)", code: code)
  }
}

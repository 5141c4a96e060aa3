import Glibc
package import PairCore

extension Files {
  private static let pieceInBytes = 1 << 18

  /// Reads the file at `path` piece by piece; the last piece may be empty.
  ///
  /// - Throws: `PairError` when it cannot be read, and what `take` throws.
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

  /// Puts what `change` makes of the file at `path`, piece by piece, in its place, atomically.
  package static func rewrite(
    _ path: String, mode: UInt32, effects: EffectDoor,
    _ change: (_ piece: [UInt8], _ isLast: Bool) throws -> [UInt8]
  ) throws {
    try effects.pass(.fileWrite, path)
    let temporary = newName(beside: path)
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw PairError.system("writing \(temporary)") }
    do {
      defer { close(descriptor) }
      try readPieces(of: path) { piece, isLast in
        try writeAll(change(piece, isLast), to: descriptor, for: path)
      }
      guard Glibc.rename(temporary, path) == 0 else { throw PairError.system("writing \(path)") }
    } catch {
      unlink(temporary)
      throw error
    }
  }
}

import Glibc
package import PairCore

extension Files {
  /// The bytes of the file at `path`; nil when there is none.
  ///
  /// - Throws: `PairError` when it cannot be read, or holds more than `limitInBytes`.
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
}

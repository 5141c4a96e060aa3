import PairCore
import SystemPackage

/// Reads a file that is still being written, line by line, in bounded memory.
struct FileTail: ~Copyable {
  /// Longer lines are handed over cut; agents print lines of up to 2 MB.
  static let longestLineInBytes = 4 << 20
  /// Read at a time, so that an agent that prints faster than we read costs no memory.
  static let shareInBytes = 1 << 20

  private let descriptor: FileDescriptor
  private var rest: [UInt8] = []
  private var isSkipping = false

  init(_ path: String) throws {
    descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
  }

  /// Some lines that were finished since the last call, without their line breaks; nil when nothing more has
  /// been written.
  mutating func newLines() throws -> [[UInt8]]? {
    var lines: [[UInt8]] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var total = 0
    while true {
      let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
      if count == 0 { return total == 0 ? nil : lines }
      total += count
      var start = 0
      for index in 0..<count where buffer[index] == UInt8(ascii: "\n") {
        if !isSkipping { lines.append(rest + buffer[start..<index]) }
        rest.removeAll(keepingCapacity: rest.count < 1 << 20)
        isSkipping = false
        start = index + 1
      }
      if !isSkipping { rest += buffer[start..<count] }
      if rest.count > FileTail.longestLineInBytes {
        lines.append(rest)
        rest = []
        isSkipping = true
      }
      if total >= FileTail.shareInBytes { return lines }
    }
  }

  /// What follows the last line break, once the writer is gone.
  mutating func lastLine() -> [UInt8]? {
    defer { rest = [] }
    return rest.isEmpty || isSkipping ? nil : rest
  }

  deinit { try? descriptor.close() }  // Opened for reading: nothing is lost.

  /// The last lines of a finished file, of its last 64 KiB.
  static func last(of path: String, lines: Int) throws -> [String] {
    let descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
    defer { try? descriptor.close() }  // As above.
    let size = try descriptor.seek(offset: 0, from: .end)
    let length = min(size, 1 << 16)
    try descriptor.seek(offset: size - length, from: .start)
    var buffer = [UInt8](repeating: 0, count: Int(length))
    let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).suffix(lines).map {
      String($0).escapedForTerminal(limit: 500)
    }
  }
}

import Host
import PairCore
import SystemPackage

/// Reads a file that is still being written, line by line, in bounded memory.
struct FileTail: ~Copyable {
  /// Longer lines are handed over cut; agents print lines of up to 2 MB.
  static let longestLineInBytes = 4 << 20

  private let descriptor: FileDescriptor
  private var rest: [UInt8] = []
  private var isSkipping = false
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  init(_ path: String) throws {
    descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
  }

  /// The next finished lines, as many as a piece of the file holds; nil when there is nothing new.
  mutating func newLines() throws -> [[UInt8]]? {
    let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
    if count == 0 { return nil }
    var lines: [[UInt8]] = []
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
    return lines
  }

  /// What follows the last line break, once the writer is gone.
  mutating func lastLine() -> [UInt8]? {
    defer { rest = [] }
    return rest.isEmpty || isSkipping ? nil : rest
  }

  deinit { try? descriptor.close() }  // Opened for reading: nothing is lost.

  static func allLines(of path: String) throws -> [[UInt8]] {
    var file = try FileTail(path)
    var lines: [[UInt8]] = []
    while let more = try file.newLines() { lines += more }
    if let last = file.lastLine() { lines.append(last) }
    return lines
  }

  /// The last lines of a finished file, of its last 64 KiB.
  static func last(of path: String, lines: Int) throws -> [String] {
    // The program whose output it is may have removed it.
    if FileInfo.kind(at: path) != .file { return [] }
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

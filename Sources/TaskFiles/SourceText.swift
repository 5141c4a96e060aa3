import PairCore

/// A file that people write, checked to be UTF-8 and of a bearable size. Lines count from one, and end in
/// LF, CR LF or CR, as CommonMark and YAML have it.
struct SourceText: Sendable {
  /// No plan or configuration file may be larger than this.
  static let limitInBytes = 1 << 19
  /// No task may be: at worst, Markdown takes 250 times its size in memory; and agents read all of it.
  static let taskLimitInBytes = 1 << 17

  /// Relative to the top of the repository.
  let path: String
  /// Without a byte order mark.
  let bytes: [UInt8]
  /// How many bytes of byte order mark the file began with: 0 or 3.
  let markLength: Int
  /// Where each line begins in `bytes`; never empty.
  private let starts: [Int]

  /// - Throws: `PairError` of kind `invalidInput` at the first byte that is not UTF-8.
  init(_ bytes: [UInt8], path: String, limitInBytes: Int = SourceText.limitInBytes) throws(PairError) {
    guard bytes.count <= limitInBytes else {
      throw PairError(
        .invalidInput, "the file has \(bytes.count) bytes; the limit is \(limitInBytes)",
        at: SourceLocation(file: path), hint: "Move what is not needed to do the work elsewhere.")
    }
    self.path = path
    let markLength = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let bytes = Array(bytes.dropFirst(markLength))
    self.markLength = markLength
    self.bytes = bytes
    self.starts = [0] + bytes.indices.filter { bytes.endsLine(at: $0) }.map { $0 + 1 }
    let text = String(validating: bytes, as: UTF8.self)
    self.text = text ?? ""
    if text == nil { throw notUTF8 }
  }

  let text: String

  var lineCount: Int { starts.count }

  /// Where line `number` begins in `bytes`; the end of the file for the line after the last.
  func start(ofLine number: Int) -> Int { number > starts.count ? bytes.count : starts[number - 1] }

  /// Line `number` without its line end.
  func line(_ number: Int) -> ArraySlice<UInt8> {
    var line = bytes[start(ofLine: number)..<start(ofLine: number + 1)]
    if line.last == 0x0A { line.removeLast() }
    if line.last == 0x0D { line.removeLast() }
    return line
  }

  /// The bytes of `lines` with their line ends.
  func bytes(of lines: Range<Int>) -> ArraySlice<UInt8> {
    bytes[start(ofLine: lines.lowerBound)..<start(ofLine: lines.upperBound)]
  }

  /// - Parameter column: in characters (Unicode scalars), from one.
  func location(line: Int, column: Int? = nil) -> SourceLocation {
    SourceLocation(file: path, line: line, column: column)
  }

  func location(ofByte offset: Int) -> SourceLocation {
    let line = starts.lastIndex { $0 <= offset } ?? 0
    let before = bytes[starts[line]..<offset]
    return location(line: line + 1, column: String(decoding: before, as: UTF8.self).unicodeScalars.count + 1)
  }

  private var notUTF8: PairError {
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var offset = 0
    while case .valid(let scalar) = parser.parseScalar(from: &rest) { offset += scalar.count }
    return PairError(
      .invalidInput, "the file is not UTF-8", at: location(ofByte: offset),
      hint: "Save it as UTF-8.")
  }
}

extension [UInt8] {
  fileprivate func endsLine(at index: Int) -> Bool {
    self[index] == 0x0A || self[index] == 0x0D && (index + 1 == count || self[index + 1] != 0x0A)
  }
}

extension PairError {
  /// The same error, said of a place in a file.
  func at(_ location: SourceLocation) -> PairError { PairError(kind, message, at: location, hint: hint) }
}

/// The words and signs of Swift source, without comments and without the text of strings; what is interpolated into
/// a string is kept.
struct SwiftWords {
  struct Word: Hashable, Sendable {
    let text: String
    let line: Int
  }

  private(set) var words: [Word] = []
  private let bytes: [UInt8]
  private var at = 0
  private var line = 1

  init(_ source: String) {
    bytes = Array(source.utf8)
    readCode(isInterpolated: false)
  }

  /// Reads to the end, or behind the parenthesis that ends an interpolation.
  private mutating func readCode(isInterpolated: Bool) {
    var depth = 0
    while at < bytes.count {
      if starts(with: "//") {
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
      } else if starts(with: "/*") {
        skipComment()
      } else if let opening = stringOpening() {
        readString(opening)
      } else if SwiftWords.isPartOfWord(bytes[at]) {
        let start = at
        while at < bytes.count, SwiftWords.isPartOfWord(bytes[at]) { at += 1 }
        words.append(Word(text: String(decoding: bytes[start..<at], as: UTF8.self), line: line))
      } else {
        let sign = bytes[at]
        step()
        if SwiftWords.isSpace(sign) { continue }
        words.append(Word(text: String(UnicodeScalar(sign)), line: line))
        if sign == UInt8(ascii: "(") { depth += 1 }
        if sign == UInt8(ascii: ")") { depth -= 1 }
        if isInterpolated, depth < 0 { return }
      }
    }
  }

  /// Comments nest.
  private mutating func skipComment() {
    var depth = 0
    repeat {
      if starts(with: "/*") {
        (depth, at) = (depth + 1, at + 2)
      } else if starts(with: "*/") {
        (depth, at) = (depth - 1, at + 2)
      } else {
        step()
      }
    } while depth > 0 && at < bytes.count
  }

  private struct Opening {
    let pounds: Int
    let isMultiline: Bool
  }

  private func stringOpening() -> Opening? {
    let pounds = bytes[at...].prefix { $0 == UInt8(ascii: "#") }.count
    guard starts(with: "\"", ahead: pounds) else { return nil }
    return Opening(pounds: pounds, isMultiline: starts(with: "\"\"\"", ahead: pounds))
  }

  private mutating func readString(_ opening: Opening) {
    let pounds = String(repeating: "#", count: opening.pounds)
    let quote = opening.isMultiline ? "\"\"\"" : "\""
    at += pounds.utf8.count + quote.utf8.count
    while at < bytes.count, !starts(with: quote + pounds) {
      if starts(with: "\\" + pounds) {
        at += 1 + pounds.utf8.count
        guard at < bytes.count else { return }
        let isInterpolation = bytes[at] == UInt8(ascii: "(")
        step()
        if isInterpolation { readCode(isInterpolated: true) }
      } else {
        step()
      }
    }
    at = min(at + quote.utf8.count + pounds.utf8.count, bytes.count)
  }

  private func starts(with text: String, ahead: Int = 0) -> Bool {
    bytes[min(at + ahead, bytes.count)...].starts(with: text.utf8)
  }

  private mutating func step() {
    if bytes[at] == UInt8(ascii: "\n") { line += 1 }
    at += 1
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private static func isPartOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
      true
    default: false
    }
  }
}

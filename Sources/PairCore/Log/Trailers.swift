/// The `Key: value` lines that end a commit message (git-interpret-trailers(1)).
package struct Trailers: Hashable, Sendable {
  package private(set) var pairs: [Pair] = []

  package struct Pair: Hashable, Sendable {
    package let key: String
    package let value: String
  }

  package init() {}

  /// Reads the trailers of `message`: its last paragraph, if every line of it is a trailer.
  /// By bytes, since thousands of logs are read at once.
  package init(readFrom message: String) {
    let bytes = Array(message.utf8)
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    while let last = lines.last, last.allSatisfy(\.isASCIIBlank) { lines.removeLast() }
    let start = lines.lastIndex { $0.allSatisfy(\.isASCIIBlank) }.map { $0 + 1 }
    guard let start else { return }  // A single paragraph is a subject, never trailers.
    pairs.reserveCapacity(lines.count - start)
    for line in lines[start...] {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        colon > line.startIndex,
        line[..<colon].allSatisfy({ $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") })
      else {
        pairs = []
        return
      }
      pairs.append(
        Pair(
          key: String(decoding: line[..<colon], as: UTF8.self),
          value: String(decoding: line[(colon + 1)...].trimmingBlanks, as: UTF8.self)))
    }
  }

  /// The value of the last trailer called `key`, ignoring case as git does.
  package subscript(_ key: String) -> String? {
    pairs.last {
      $0.key == key || $0.key.utf8.count == key.utf8.count && $0.key.lowercased() == key.lowercased()
    }?
    .value
  }

  /// Adds a trailer, unless `value` is nil. Line breaks in it become spaces: no value forges another trailer.
  package mutating func add(_ key: String, _ value: String?) {
    guard let value else { return }
    pairs.append(Pair(key: key, value: value.onOneLine))
  }

  /// The lines, without a final line break.
  package var text: String { pairs.map { "\($0.key): \($0.value)" }.joined(separator: "\n") }
}

extension ArraySlice<UInt8> {
  fileprivate var trimmingBlanks: ArraySlice<UInt8> {
    let start = drop(while: \.isASCIIBlank)
    return start[..<(start.lastIndex { !$0.isASCIIBlank }.map { $0 + 1 } ?? start.startIndex)]
  }
}

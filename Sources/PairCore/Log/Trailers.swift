/// The `Key: value` lines that end a commit message (git-interpret-trailers(1)).
public struct Trailers: Hashable, Sendable {
  public private(set) var pairs: [Pair] = []

  public struct Pair: Hashable, Sendable {
    public let key: String
    public let value: String
  }

  public init() {}

  /// Reads the trailers of `message`: its last paragraph, if every line of it is a trailer.
  public init(readFrom message: String) {
    var lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    while let last = lines.last, last.trimmed.isEmpty { lines.removeLast() }
    let start = lines.lastIndex { $0.trimmed.isEmpty }.map { $0 + 1 }
    guard let start else { return }  // A single paragraph is a subject, never trailers.
    for line in lines[start...] {
      guard let colon = line.firstIndex(of: ":"),
        !line[..<colon].isEmpty,
        line[..<colon].utf8.allSatisfy({ $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") })
      else {
        pairs = []
        return
      }
      pairs.append(
        Pair(key: String(line[..<colon]), value: line[line.index(after: colon)...].trimmed))
    }
  }

  /// The value of the last trailer called `key`, ignoring case as git does.
  public subscript(_ key: String) -> String? {
    pairs.last { $0.key.lowercased() == key.lowercased() }?.value
  }

  /// Adds a trailer; a nil value adds nothing. Line breaks in a value become spaces, so that a value
  /// cannot forge another trailer.
  public mutating func add(_ key: String, _ value: String?) {
    guard let value else { return }
    pairs.append(Pair(key: key, value: value.onOneLine))
  }

  /// The lines, without a final line break.
  public var text: String { pairs.map { "\($0.key): \($0.value)" }.joined(separator: "\n") }
}

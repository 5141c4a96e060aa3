/// Hides credentials in what is shown, logged or kept: those that have a known shape, and those that stand in
/// this process's environment.
public struct Redaction: Hashable, Sendable {
  private struct Value: Hashable, Sendable {
    let name: String
    let bytes: [UInt8]
  }

  /// Longest first, so that one which begins with another is found whole.
  private let values: [Value]
  /// How far a credential may reach from where it begins, in bytes.
  public static let longestInBytes = 16 << 10
  /// A shorter value stands in harmless text too often.
  private static let shortestValueInBytes = 8

  /// - Parameter environment: of which the variables are meant whose names say that they hold a credential.
  public init(environment: [String: String] = [:]) {
    values =
      environment
      .filter { Redaction.namesCredential($0.key) && $0.value.utf8.count >= Redaction.shortestValueInBytes }
      .map { Value(name: $0.key, bytes: Array($0.value.utf8)) }
      .sorted { ($1.bytes.count, $0.name) < ($0.bytes.count, $1.name) }
  }

  /// Whether a variable of this name holds a credential, as far as names tell.
  public static func namesCredential(_ name: String) -> Bool {
    let name = name.uppercased()
    return ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "PRIVATE"].contains { name.contains($0) }
      || ["_KEY", "_PAT", "_PASS", "_DSN", "APIKEY", "DATABASE_URL"].contains { name.hasSuffix($0) }
  }

  /// `text` with every credential in it replaced by what it was.
  public func redacted(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var scan = Scan(self)
    scan.take(bytes, isLast: true)
    return scan.hasFound ? String(decoding: scan.output, as: UTF8.self) : text
  }

  /// What the first credential in `line` is: `looks like a GitHub token`; nil when it holds none.
  public func first(in line: String) -> String? {
    if let shape = SecretShape.first(in: line) { return "looks like \(shape.name)" }
    if values.isEmpty { return nil }
    let bytes = Array(line.utf8)
    for start in bytes.indices {
      if let value = values.first(where: { bytes.holds($0.bytes, at: start) }) {
        return "is the value of \(value.name)"
      }
    }
    return nil
  }

  /// What begins at `start`: the words in its place, and where it ends.
  fileprivate func match(_ bytes: [UInt8], at start: Int) -> (words: String, end: Int)? {
    for value in values where bytes.holds(value.bytes, at: start) {
      return ("[\(value.name) was here]", start + value.bytes.count)
    }
    guard SecretShape.mayBegin(in: bytes, at: start), let found = SecretShape.match(bytes, at: start)
    else { return nil }
    return ("[\(found.name) was here]", found.end)
  }

  /// A text that comes in pieces.
  public struct Scan {
    private let redaction: Redaction
    /// What is not decided yet, since it may be the beginning of a credential, after two bytes that are.
    private var rest: [UInt8] = []
    private var decided = 0
    /// What came out since it was last taken.
    public private(set) var output: [UInt8] = []
    /// Whether there was anything to hide.
    public private(set) var hasFound = false

    public init(_ redaction: Redaction) { self.redaction = redaction }

    public mutating func take(_ piece: [UInt8], isLast: Bool) {
      let bytes = rest + piece
      let end = isLast ? bytes.count : max(decided, bytes.count - Redaction.longestInBytes)
      var next = decided
      var unchanged = next
      while next < end {
        if let found = redaction.match(bytes, at: next) {
          output += bytes[unchanged..<next]
          output += found.words.utf8
          hasFound = true
          next = found.end
          unchanged = next
        } else {
          next += 1
        }
      }
      output += bytes[unchanged..<next]
      decided = min(2, next)
      rest = Array(bytes[(next - decided)...])
    }

    /// Takes what came out.
    public mutating func takeOutput() -> [UInt8] {
      defer { output.removeAll(keepingCapacity: true) }
      return output
    }
  }
}

extension [UInt8] {
  fileprivate func holds(_ other: [UInt8], at start: Int) -> Bool {
    guard count - start >= other.count, self[start] == other[0] else { return false }
    for index in other.indices where self[start + index] != other[index] { return false }
    return true
  }
}

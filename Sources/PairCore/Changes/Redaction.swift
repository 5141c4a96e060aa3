/// Hides credentials in what is shown, logged or kept: by their shape, and those of this process's environment.
package struct Redaction: Hashable, Sendable {
  private struct Value: Hashable, Sendable {
    let name: String
    let bytes: [UInt8]
  }

  /// Each as it is and as JSON holds it, by the first byte; the longest first, since one may begin with another.
  private let values: [[Value]]
  /// Whether something to hide can begin with a byte, by that byte.
  private let beginnings: [Bool]
  private let knowsShapes: Bool
  /// How far a credential may reach from where it begins, in bytes.
  package static let longestInBytes = 16 << 10
  /// A shorter value stands in harmless text too often.
  private static let shortestValueInBytes = 8

  /// - Parameters:
  ///   - environment: of which the variables are meant that hold a credential.
  ///   - knowsShapes: whether what only looks like a credential is hidden, too. Without, JSON and logs keep their form,
  ///     and short words such as `postgres` stay, which are passwords of databases for tests and names of folders.
  package init(environment: [String: String] = [:], knowsShapes: Bool = true) {
    let found =
      environment
      .filter {
        $0.value.utf8.count >= Redaction.shortestValueInBytes
          && Redaction.isCredential($0.key, value: $0.value) && (knowsShapes || !isWord($0.value))
      }
      .flatMap { name, value in
        Redaction.spellings(of: Array(value.utf8)).map { Value(name: Redaction.shown(name), bytes: $0) }
      }
      .sorted { ($1.bytes.count, $0.name) < ($0.bytes.count, $1.name) }
    var values = [[Value]](repeating: [], count: 256)
    for value in found { values[Int(value.bytes[0])].append(value) }
    beginnings = zip(values, SecretShape.beginnings).map { !$0.isEmpty || knowsShapes && $1 }
    self.values = values
    self.knowsShapes = knowsShapes
  }

  /// A name that ends no string of JSON.
  private static func shown(_ name: String) -> String {
    String(
      name.unicodeScalars.map { "\"\\".unicodeScalars.contains($0) || $0.value < 0x20 ? "?" : Character($0) })
  }

  /// Whether a variable holds a credential, as far as its name tells, or its value.
  package static func isCredential(_ name: String, value: String) -> Bool {
    let name = name.uppercased()
    // Names modules (go help private).
    if name == "GOPRIVATE" { return isCredential(value: value) }
    return namesOfCredentials.contains { name.contains($0) } || endsOfNames.contains { name.hasSuffix($0) }
      || isCredential(value: value)
  }

  /// Whether a credential is in `value`: one of a known shape, a user's in an address, or an option that sets one.
  package static func isCredential(value: String) -> Bool {
    SecretShape.first(in: value) != nil || holdsUser(address: value) || holdsOption(value)
  }

  private static let namesOfCredentials = [
    "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "PRIVATE", "WEBHOOK", "_JWT",
  ]
  private static let endsOfNames = [
    "_KEY", "_KEY_ID", "_PAT", "_PASS", "_PWD", "_AUTH", "_AUTH_IDENT", "_AUTH_CONFIG", "_DSN", "_CREDS",
    "_HEADERS", "APIKEY", "SIGNINGKEY",
    "DATABASE_URL", "REDIS_URL", "MONGODB_URI", "CONNECTION_STRING",
  ]

  /// Whether an address in `value` has a password before its host, or over HTTP a user, which may be a token
  /// (RFC 3986, 3.2.1).
  private static func holdsUser(address value: String) -> Bool {
    let bytes = Array(value.utf8)
    let separator = Array("://".utf8)
    return bytes.indices.contains { start in
      guard bytes.holds(separator, at: start) else { return false }
      let authority = bytes[(start + separator.count)...].prefix { !"/?# ".utf8.contains($0) }
      guard let host = authority.lastIndex(of: UInt8(ascii: "@")), host > authority.startIndex else {
        return false
      }
      let isHTTP = ["http", "https"].contains { bytes[..<start].reversed().starts(with: $0.utf8.reversed()) }
      guard !isHTTP, let colon = authority[..<host].firstIndex(of: UInt8(ascii: ":")) else { return isHTTP }
      return colon + 1 < host
    }
  }

  /// `-Dsigning.password=…` in the options of a tool. A trust store's password protects nothing secret.
  private static func holdsOption(_ value: String) -> Bool {
    let options = value.uppercased().split(whereSeparator: \.isWhitespace)
    return options.contains { option in
      guard option.hasPrefix("-"), let equals = option.firstIndex(of: "=") else { return false }
      let name = option[..<equals]
      return !name.hasSuffix("TRUSTSTOREPASSWORD") && namesOfCredentials.contains { name.contains($0) }
    }
  }

  /// `value` itself, as a string in JSON holds it, and as that does in JSON that is a string in JSON.
  private static func spellings(of value: [UInt8]) -> Set<[UInt8]> {
    let once = asJSON(value)
    return once.union(once.flatMap(asJSON)).union([value])
  }

  /// `value` as it stands between quotes in JSON (RFC 8259, 7), with and without an escape of the slash.
  private static func asJSON(_ value: [UInt8]) -> Set<[UInt8]> {
    func escaped(_ bytes: [UInt8: String]) -> [UInt8] {
      value.flatMap { byte in bytes[byte].map { Array($0.utf8) } ?? [byte] }
    }
    var escapes = Dictionary(
      uniqueKeysWithValues: (UInt8(0)..<0x20).map {
        ($0, "\\u00" + ($0 < 16 ? "0" : "") + String($0, radix: 16))
      })
    escapes.merge([
      UInt8(ascii: "\""): #"\""#, UInt8(ascii: "\\"): #"\\"#, UInt8(ascii: "\n"): #"\n"#,
      UInt8(ascii: "\r"): #"\r"#, UInt8(ascii: "\t"): #"\t"#, 0x08: #"\b"#, 0x0C: #"\f"#,
    ]) { $1 }
    return [escaped(escapes), escaped(escapes.merging([UInt8(ascii: "/"): #"\/"#]) { $1 })]
  }

  /// `text` with every credential in it replaced by what it was.
  package func redacted(_ text: String) -> String {
    String(decoding: redacted(Array(text.utf8)), as: UTF8.self)
  }

  package func redacted(_ bytes: [UInt8]) -> [UInt8] {
    var scan = Scan(self)
    scan.take(bytes, isLast: true)
    return scan.output
  }

  /// What the first credential in `line` is: `looks like a GitHub token`; nil when it holds none.
  package func first(in line: String) -> String? {
    if let shape = SecretShape.first(in: line) { return "looks like \(shape.name)" }
    let bytes = Array(line.utf8)
    let found = bytes.indices.lazy.compactMap { start in
      values[Int(bytes[start])].first { bytes.holds($0.bytes, at: start) }
    }
    return found.first.map { "is the value of \($0.name)" }
  }

  /// What begins at `start`: the words in its place, and where it ends.
  fileprivate func match(_ bytes: [UInt8], at start: Int) -> (words: String, end: Int)? {
    for value in values[Int(bytes[start])] where bytes.holds(value.bytes, at: start) {
      return ("[\(value.name) was here]", start + value.bytes.count)
    }
    guard knowsShapes, SecretShape.mayBegin(in: bytes, at: start),
      let found = SecretShape.match(bytes, at: start)
    else { return nil }
    return ("[\(found.shape.name) was here]", found.end)
  }

  /// A text that comes in pieces.
  package struct Scan {
    private let redaction: Redaction
    /// What is not decided yet, since it may be the beginning of a credential, after two bytes that are.
    private var rest: [UInt8] = []
    private var decided = 0
    /// What came out since it was last taken.
    package private(set) var output: [UInt8] = []
    package private(set) var hasFound = false

    package init(_ redaction: Redaction) { self.redaction = redaction }

    package mutating func take(_ piece: [UInt8], isLast: Bool) {
      let bytes = rest + piece
      let end = isLast ? bytes.count : max(decided, bytes.count - Redaction.longestInBytes)
      var next = decided
      var unchanged = next
      let beginnings = redaction.beginnings
      while next < end {
        guard beginnings[Int(bytes[next])], let found = redaction.match(bytes, at: next) else {
          next += 1
          continue
        }
        output += bytes[unchanged..<next]
        output += found.words.utf8
        hasFound = true
        next = found.end
        unchanged = next
      }
      output += bytes[unchanged..<next]
      decided = min(2, next)
      rest = Array(bytes[(next - decided)...])
    }

    package mutating func takeOutput() -> [UInt8] {
      defer { output.removeAll(keepingCapacity: true) }
      return output
    }
  }
}

/// Whether `value` is no more than a short word.
private func isWord(_ value: String) -> Bool {
  value.utf8.count < 16 && value.utf8.allSatisfy { $0.isASCIILetterOrDigit && !$0.isASCIIDigit }
}

extension [UInt8] {
  func holds(_ other: [UInt8], at start: Int) -> Bool {
    guard count - start >= other.count, self[start] == other[0] else { return false }
    for index in other.indices where self[start + index] != other[index] { return false }
    return true
  }
}

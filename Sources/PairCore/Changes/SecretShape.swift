/// The shape of a credential that must not get into a commit: a fixed beginning, then enough
/// characters of one alphabet. The beginnings are those that the issuers publish for secret scanning.
package struct SecretShape: Hashable, Sendable {
  package let name: String
  private let beginning: [UInt8]
  private let minimumLength: Int
  private let alphabet: Alphabet

  /// What stands behind the beginning.
  private enum Alphabet: Hashable, Sendable {
    /// Letters, digits, `_` and `-`, a digit among them.
    case words
    /// Letters and digits, a digit among them.
    case alphanumeric
    /// Letters of both cases, and perhaps digits.
    case letters
  }

  private init(_ name: String, _ beginning: String, _ minimumLength: Int, _ alphabet: Alphabet) {
    self.name = name
    self.beginning = Array(beginning.utf8)
    self.minimumLength = minimumLength
    self.alphabet = alphabet
  }

  /// By their beginnings; the length is that of what stands behind it.
  private static let known: [SecretShape] = [
    ("an Anthropic key", ["sk-ant-"], 20, .words),
    ("an OpenAI project key", ["sk-proj-"], 20, .words),
    ("an API key", ["sk-"], 32, .words),
    ("a GitHub token", ["ghp_", "gho_", "ghs_", "ghu_", "ghr_"], 36, .words),
    ("a GitHub token", ["github_pat_"], 40, .words),
    ("a GitLab token", ["glpat-"], 20, .words),
    ("an AWS key id", ["AKIA", "ASIA"], 16, .alphanumeric),
    ("a Slack token", ["xoxb-", "xoxp-", "xapp-"], 20, .words),
    ("a Stripe key", ["sk_live_", "rk_live_"], 24, .alphanumeric),
    ("a Hugging Face token", ["hf_"], 34, .letters),
    ("a PyPI token", ["pypi-AgE"], 50, .words),
    ("a Google API key", ["AIza"], 35, .words),
    ("an npm token", ["npm_"], 36, .words),
  ].flatMap { (name, beginnings, length, alphabet: Alphabet) in
    beginnings.map { SecretShape(name, $0, length, alphabet) }
  }

  /// The first shape that some part of `line` has, nil when it has none.
  package static func first(in line: String) -> SecretShape? {
    let bytes = Array(line.utf8)
    return bytes.indices.lazy.filter { beginnings[Int(bytes[$0])] && mayBegin(in: bytes, at: $0) }
      .compactMap { match(bytes, at: $0)?.shape }.first
  }

  /// Whether a word begins at `index`: behind a byte of no word, or a line break as JSON writes it.
  static func mayBegin(in bytes: [UInt8], at index: Int) -> Bool {
    guard index > 0, isTokenByte(bytes[index - 1]) else { return true }
    return index > 1 && bytes[index - 2] == UInt8(ascii: "\\") && "nrt".utf8.contains(bytes[index - 1])
  }

  /// The credential that begins at `start`, and where it ends; nil when none does.
  static func match(_ bytes: [UInt8], at start: Int) -> (shape: SecretShape, end: Int)? {
    if let end = endOfPrivateKey(bytes, at: start) { return (privateKey, end) }
    if let end = endOfWebToken(bytes, at: start) { return (webToken, end) }
    guard let shape = knownByFirst[Int(bytes[start])].first(where: { $0.fits(bytes, at: start) })
    else { return nil }
    return (shape, bytes[start...].firstIndex { !isTokenByte($0) } ?? bytes.count)
  }

  private static let privateKey = SecretShape("a private key", "-----BEGIN ", 0, .words)
  private static let webToken = SecretShape("a JSON web token", "eyJ", 10, .words)
  private static let knownByFirst: [[SecretShape]] = (0..<256).map { byte in
    known.filter { $0.beginning.first == UInt8(byte) }
  }
  /// Whether a credential can begin with a byte, by that byte.
  static let beginnings: [Bool] = (0..<256).map { byte in
    [privateKey, webToken].contains { $0.beginning.first == UInt8(byte) } || !knownByFirst[byte].isEmpty
  }

  /// Where the token ends that begins at `start` (RFC 7519, and RFC 7515, 3.1): header and claims, two JSON
  /// objects, and a signature, each in base64url, with dots between them.
  private static func endOfWebToken(_ bytes: [UInt8], at start: Int) -> Int? {
    var index = start
    for part in 0..<3 {
      if part > 0 {
        guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return nil }
        index += 1
      }
      if part < 2 { guard bytes.holds(webToken.beginning, at: index) else { return nil } }
      let end = bytes[index...].firstIndex { !isTokenByte($0) } ?? bytes.count
      guard end - index >= webToken.beginning.count + webToken.minimumLength else { return nil }
      index = end
    }
    return index
  }

  /// Where the key ends whose first line begins at `start` (RFC 7468), or where no key is longer.
  private static func endOfPrivateKey(_ bytes: [UInt8], at start: Int) -> Int? {
    guard bytes.holds(privateKey.beginning, at: start) else { return nil }
    let label = bytes[start...].prefix(80)
    guard String(decoding: label, as: UTF8.self).contains("PRIVATE KEY-----") else { return nil }
    let limit = min(bytes.count, start + Redaction.longestInBytes)
    let ending = Array("-----END ".utf8)
    var index = start + privateKey.beginning.count
    while index < limit {
      if bytes.holds(ending, at: index) {
        // "-----END EC PRIVATE KEY-----": the dashes behind the label, or what of them is there.
        let rest = bytes[(index + ending.count)..<limit]
        guard let dash = rest.firstIndex(of: UInt8(ascii: "-")) else { return limit }
        return bytes[dash...].firstIndex { $0 != UInt8(ascii: "-") } ?? bytes.count
      }
      index += 1
    }
    return limit
  }

  private func fits(_ bytes: [UInt8], at start: Int) -> Bool {
    guard bytes.holds(beginning, at: start) else { return false }
    let rest = bytes[(start + beginning.count)...].prefix {
      alphabet == .words ? SecretShape.isTokenByte($0) : $0.isASCIILetterOrDigit
    }
    guard rest.count >= minimumLength else { return false }
    // A word such as `sk-some-long-css-class-name-…` has no digit; an issued token always does.
    if rest.contains(where: \.isASCIIDigit) { return true }
    return alphabet == .letters
      && [UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z")].allSatisfy {
        letters in rest.contains { letters.contains($0) }
      }
  }

  static func isTokenByte(_ byte: UInt8) -> Bool {
    byte.isASCIILetterOrDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}

/// The shape of a credential that must not get into a commit: a fixed beginning, then enough
/// characters of one alphabet. The beginnings are those that the issuers publish for secret scanning.
public struct SecretShape: Hashable, Sendable {
  public let name: String
  private let beginning: [UInt8]
  private let minimumLength: Int

  private init(_ name: String, _ beginning: String, _ minimumLength: Int) {
    self.name = name
    self.beginning = Array(beginning.utf8)
    self.minimumLength = minimumLength
  }

  /// - `minimumLength` counts the characters after the beginning.
  private static let known = [
    SecretShape("an Anthropic key", "sk-ant-", 20),
    SecretShape("an OpenAI project key", "sk-proj-", 20),
    SecretShape("an API key", "sk-", 32),
    SecretShape("a GitHub token", "ghp_", 36),
    SecretShape("a GitHub token", "gho_", 36),
    SecretShape("a GitHub token", "ghs_", 36),
    SecretShape("a GitHub token", "github_pat_", 40),
    SecretShape("a GitLab token", "glpat-", 20),
    SecretShape("an AWS key id", "AKIA", 16),
    SecretShape("a Slack token", "xoxb-", 20),
    SecretShape("a Slack token", "xoxp-", 20),
    SecretShape("a Google API key", "AIza", 35),
    SecretShape("an npm token", "npm_", 36),
  ]

  /// The first shape that some part of `line` has, nil when it has none.
  public static func first(in line: String) -> SecretShape? {
    let bytes = Array(line.utf8)
    if line.contains("-----BEGIN "), line.contains("PRIVATE KEY-----") {
      return SecretShape("a private key", "", 0)
    }
    for start in bytes.indices where start == 0 || !isTokenByte(bytes[start - 1]) {
      for shape in known where shape.fits(bytes, at: start) { return shape }
    }
    return nil
  }

  /// `text` with every credential in it replaced by what it was.
  public static func redacted(_ text: String) -> String {
    var lines: [String] = []
    var isInKey = false
    for bytes in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let line = String(decoding: bytes, as: UTF8.self)
      if isInKey {
        isInKey = !line.contains("-----END ")
      } else if line.contains("-----BEGIN "), line.contains("PRIVATE KEY-----") {
        lines.append("[a private key was here]")
        isInKey = !line.contains("-----END ")
      } else {
        lines.append(redacted(line: line))
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func redacted(line: String) -> String {
    let bytes = Array(line.utf8)
    var kept: [UInt8] = []
    var next = 0
    while next < bytes.count {
      let mayStart = next == 0 || !isTokenByte(bytes[next - 1])
      if mayStart, let shape = known.first(where: { $0.fits(bytes, at: next) }) {
        kept += Array("[\(shape.name) was here]".utf8)
        while next < bytes.count, isTokenByte(bytes[next]) { next += 1 }
      } else {
        kept.append(bytes[next])
        next += 1
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }

  private func fits(_ bytes: [UInt8], at start: Int) -> Bool {
    guard bytes.count - start >= beginning.count + minimumLength,
      bytes[start...].starts(with: beginning)
    else { return false }
    let rest = bytes[(start + beginning.count)...].prefix { SecretShape.isTokenByte($0) }
    // A word such as `sk-some-long-css-class-name-…` has no digit; an issued token always does.
    return rest.count >= minimumLength && rest.contains { $0.isASCIIDigit }
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    byte.isASCIILetterOrDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}

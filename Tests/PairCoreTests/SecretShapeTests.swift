import PairCore
import Testing

@Suite struct SecretShapeTests {
  /// Beginnings in two parts, so that this file holds nothing that scanners look for.
  static let shapes: [(String, String, Int, String)] = [
    ("sk-", "ant-", 20, "an Anthropic key"), ("sk-", "proj-", 20, "an OpenAI project key"),
    ("s", "k-", 32, "an API key"), ("gh", "p_", 36, "a GitHub token"), ("gh", "o_", 36, "a GitHub token"),
    ("gh", "s_", 36, "a GitHub token"), ("github", "_pat_", 40, "a GitHub token"),
    ("gl", "pat-", 20, "a GitLab token"), ("AK", "IA", 16, "an AWS key id"),
    ("xo", "xb-", 20, "a Slack token"),
    ("xo", "xp-", 20, "a Slack token"), ("AI", "za", 35, "a Google API key"),
    ("np", "m_", 36, "an npm token"),
    ("gh", "u_", 36, "a GitHub token"), ("gh", "r_", 36, "a GitHub token"),
    ("AS", "IA", 16, "an AWS key id"), ("sk", "_live_", 24, "a Stripe key"),
    ("rk", "_live_", 24, "a Stripe key"), ("xa", "pp-", 20, "a Slack token"),
    ("hf", "_", 34, "a Hugging Face token"), ("py", "pi-AgE", 50, "a PyPI token"),
  ]

  static func filler(_ count: Int) -> String { String(String(repeating: "A7b9", count: 20).prefix(count)) }

  @Test(arguments: shapes)
  func `a credential is known by its shape`(_ shape: (String, String, Int, String)) {
    let (first, second, count, name) = shape
    let token = first + second + Self.filler(count)
    for line in [token, "key = \"\(token)\"", "https://x:\(token)@host/", "\ttoken:\(token)\n", "(\(token))"]
    {
      #expect(SecretShape.first(in: line)?.name == name)
    }
  }

  @Test(arguments: shapes)
  func `one character short is none`(_ shape: (String, String, Int, String)) {
    let (first, second, count, _) = shape
    #expect(SecretShape.first(in: first + second + Self.filler(count - 1)) == nil)
  }

  @Test(arguments: shapes)
  func `words without a digit are none`(_ shape: (String, String, Int, String)) {
    let (first, second, count, _) = shape
    #expect(SecretShape.first(in: first + second + String(repeating: "word-", count: count)) == nil)
  }

  @Test(arguments: shapes)
  func `inside a longer word a beginning means nothing`(_ shape: (String, String, Int, String)) {
    let (first, second, count, _) = shape
    #expect(SecretShape.first(in: "di" + first + second + Self.filler(count)) == nil)
  }

  @Test func `a token of letters alone is known where its issuer makes such`() {
    let letters = String(repeating: "aBc", count: 12)
    #expect(SecretShape.first(in: "h" + "f_" + letters)?.name == "a Hugging Face token")
    #expect(SecretShape.first(in: "h" + "f_" + letters.lowercased()) == nil)
    #expect(SecretShape.first(in: "gh" + "p_" + letters) == nil)
  }

  @Test func `a JSON web token is known by its three parts`() {
    let part = "ey" + "J" + Self.filler(20)
    let token = "\(part).\(part).\(Self.filler(43))"
    #expect(SecretShape.first(in: "Bearer \(token)\"")?.name == "a JSON web token")
    #expect(Redaction().redacted("a \(token). b") == "a [a JSON web token was here]. b")
    for other in [part, "\(part).\(part)", "\(part).\(part).", "\(part).x.\(Self.filler(43))", "x\(token)"] {
      #expect(SecretShape.first(in: other) == nil)
    }
  }

  @Test(arguments: ["RSA ", "EC ", "OPENSSH ", ""])
  func `the head of a private key is one`(_ kind: String) {
    #expect(SecretShape.first(in: "-----BEGIN " + kind + "PRIVATE " + "KEY-----")?.name == "a private key")
  }

  @Test(
    arguments: [
      "", "Set your key in the environment.", "-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----",
      ".sk-fading-circle .sk-circle-wrapper .sk-folding-cube-container-large { color: red }",
      "risk-assessment-of-all-the-dependencies-in-2026", "npm_config_registry=https://registry.example.com",
      "ASIA-PACIFIC-REGION-2026-OVERVIEW", "sha1 3f786850e387550fdab836ed7e6dc881de23001b",
      "task-028-implement-the-orchestrator-service-now",
    ])
  func `prose and style sheets hold no secrets`(_ line: String) {
    #expect(SecretShape.first(in: line) == nil)
  }

  @Test(arguments: shapes)
  func `what is redacted has no shape any more, and all else stays`(_ shape: (String, String, Int, String)) {
    let (first, second, count, name) = shape
    let token = first + second + Self.filler(count)
    let text = "é: \(token)\r\n(\(token)) \(token).\n\nend\n"
    let redacted = Redaction().redacted(text)
    #expect(redacted == text.replacing(token, with: "[\(name) was here]"))
    #expect(redacted.split(separator: "\n").allSatisfy { SecretShape.first(in: String($0)) == nil })
  }

  @Test func `a private key is redacted to its end, or to that of the text`() {
    let (begin, end) = ("-----BEGIN RSA " + "PRIVATE KEY-----", "-----END RSA " + "PRIVATE KEY-----")
    #expect(Redaction().redacted("a\n\(begin)\nMII\n\(end)\nb") == "a\n[a private key was here]\nb")
    #expect(Redaction().redacted("a\n\(begin)\nMII") == "a\n[a private key was here]")
    #expect(Redaction().redacted("\"\(begin)MII\(end)\"\nb") == "\"[a private key was here]\"\nb")
  }
}

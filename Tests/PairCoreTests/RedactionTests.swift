import PairCore
import TestSupport
import Testing

@Suite struct RedactionTests {
  private let key = "value/of+a=key"
  private var redaction: Redaction {
    Redaction(environment: [
      "SOME_API_KEY": key, "LONGER_TOKEN": key + "-and-more", "SHORT_KEY": "abc", "HOME": "/home/ada",
    ])
  }

  private func token() -> String { "gh" + "p_" + SecretShapeTests.filler(36) }

  @Test func `credentials of the environment are hidden, the longest first`() {
    #expect(
      redaction.redacted("a\(key)b \(key)-and-more /home/ada abc")
        == "a[SOME_API_KEY was here]b [LONGER_TOKEN was here] /home/ada abc")
    #expect(redaction.redacted("nothing") == "nothing")
    #expect(Redaction().redacted(key) == key)
  }

  @Test func `a token behind a line break as JSON writes it is hidden`() {
    #expect(
      redaction.redacted(#"{"text":"see:\n"# + token() + #""}"#)
        == #"{"text":"see:\n[a GitHub token was here]"}"#)
    let pem = "-----BEGIN " + "PRIVATE KEY-----" + #"\nMII\n"# + "-----END " + "PRIVATE KEY-----"
    #expect(redaction.redacted(#""a\n"# + pem + #"\nb""#) == #""a\n[a private key was here]\nb""#)
  }

  @Test func `what a line holds is named`() {
    #expect(redaction.first(in: "x=\(key)") == "is the value of SOME_API_KEY")
    #expect(redaction.first(in: "x=\(token())") == "looks like a GitHub token")
    #expect(redaction.first(in: "x=abc") == nil)
  }

  /// However the text is cut into pieces, the same comes out.
  @Test(arguments: 0..<50) func `pieces change nothing`(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var text = ""
    for _ in 0..<200 {
      text +=
        [key, token(), "word ", "\n", String(repeating: "x", count: 300), key + "-and-more"]
        .randomElement(using: &random) ?? ""
    }
    var scan = Redaction.Scan(redaction)
    var rest = Array(text.utf8)[...]
    var output: [UInt8] = []
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...20_000, using: &random))
      rest = rest.dropFirst(piece.count)
      scan.take(Array(piece), isLast: rest.isEmpty)
      output += scan.takeOutput()
    }
    #expect(String(decoding: output, as: UTF8.self) == redaction.redacted(text))
    #expect(scan.hasFound)
  }

  /// As transcripts hold what agents print, and the JSON in it.
  @Test func `a value is hidden however JSON spells it`() {
    let redaction = Redaction(environment: ["DB_PASSWORD": "top\"sec\\ret/1\nx"])
    for spelling in [
      "top\"sec\\ret/1\nx", #"top\"sec\\ret/1\nx"#, #"top\"sec\\ret\/1\nx"#,
      #"top\\\"sec\\\\ret/1\\nx"#, #"top\\\"sec\\\\ret\\/1\\nx"#,
    ] {
      #expect(redaction.redacted("{\(spelling)}") == "{[DB_PASSWORD was here]}")
    }
    #expect(redaction.first(in: #"top\"sec\\ret/1\nx"#) == "is the value of DB_PASSWORD")
    #expect(redaction.redacted(#"top"sec\ret/1"#) == #"top"sec\ret/1"#)
  }

  @Test(
    arguments: [
      "API_KEY", "my_token", "DB_PASSWORD", "GITHUB_PAT", "DATABASE_URL", "SSH_PASSPHRASE", "SMTP_PWD",
      "NPM_AUTH", "SENTRY_DSN", "REDIS_URL", "MONGODB_URI", "CI_JOB_JWT_V2", "SLACK_WEBHOOK_URL",
      "YARN_NPM_AUTH_IDENT",
    ])
  func `such a name says that it is a credential`(_ name: String) {
    #expect(Redaction.isCredential(name, value: "x"))
  }

  @Test(
    arguments: [
      "PATH", "KEYBOARD", "HOME", "PATCH", "PWD", "OLDPWD", "SSH_AUTH_SOCK", "AUTHOR", "BASE_URL",
      "GOPRIVATE",
    ])
  func `such a name does not`(_ name: String) { #expect(!Redaction.isCredential(name, value: "/home/ada")) }

  @Test(
    arguments: [
      ("AMQP_URL", "amqp://ada:x@host:5672/a", true), ("MONGO_URI", "mongodb+srv://ada:x@host/?a=b", true),
      ("CACHE_URL", "redis://:x@host", true), ("BASE_URL", "https://host:8080/a@b", false),
      ("BASE_URL", "https://host/a:b@c", false), ("BASE_URL", "https://@host", false),
      // A token often stands in the place of the user.
      ("PIP_INDEX_URL", "https://ada@host", true),
      ("GOPROXY", "https://host,https://ada:x@host,direct", true),
      ("HTTPS_PROXY", "http://ada:x@host:3128", true), ("HTTPS_PROXY", "http://host:3128", false),
      ("REMOTE", "ssh://git@host/a", false), ("REMOTE", "git+ssh://git@host:22/a", false),
    ])
  func `an address with a password, or over HTTP with a user, is a credential`(
    _ name: String, _ value: String, _ isOne: Bool
  ) {
    #expect(Redaction.isCredential(name, value: value) == isOne)
  }

  @Test(
    arguments: [
      ("-Xmx2g -Dsigning.password=x", true), ("--access-token=x", true), ("-Xmx2g", false),
      ("-Djavax.net.ssl.trustStorePassword=changeit", false), ("tokens=x", false),
    ])
  func `an option that sets a credential is one`(_ value: String, _ isOne: Bool) {
    #expect(Redaction.isCredential("MAVEN_OPTS", value: value) == isOne)
  }

  @Test func `a value of a known shape is a credential under any name`() {
    #expect(Redaction.isCredential("NIX_CONFIG", value: "access = github.com=" + token()))
  }

  @Test func `without shapes only values are hidden, and no short word`() {
    let redaction = Redaction(environment: ["A_TOKEN": key, "DB_PASSWORD": "postgres"], knowsShapes: false)
    #expect(
      redaction.redacted("\(key) \(token()) src/postgres/a") == "[A_TOKEN was here] \(token()) src/postgres/a"
    )
    #expect(
      Redaction(environment: ["DB_PASSWORD": "postgres"]).redacted("postgres") == "[DB_PASSWORD was here]")
  }

  @Test func `a value with control characters is hidden as JSON spells them`() {
    let redaction = Redaction(environment: ["A_TOKEN": "first\u{1B}\u{8}second"])
    #expect(redaction.redacted(#"first\u001b\bsecond"#) == "[A_TOKEN was here]")
  }

  @Test func `no field of an event but the final message holds a credential`() {
    let value = key
    let failure = Failure(.crashed, value)
    let events: [AgentEvent] = [
      .started(session: value, model: value, permissionMode: value), .toolUsed(name: value, detail: value),
      .fileChanged(path: value), .commandRun(command: value, exitCode: 1),
      .denied(tool: value, detail: value),
      .retrying(reason: value), .failed(failure), .unknown(type: value),
    ]
    for event in events { #expect(!"\(event.redacted(by: redaction))".contains(value)) }
    #expect(AgentEvent.message(value).redacted(by: redaction) == .message(value))
  }
}

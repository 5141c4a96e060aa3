import PairCore
import Testing

@testable import Review

@Suite struct ReviewAnswerTests {
  private static let answer =
    #"{"verdict":"passes","summary":"Fine {so far}.","findings":[{"severity":"note","path":null,"line":null,"message":"a \"}\" b"}]}"#

  @Test(
    arguments: [
      answer, "  \n\(answer)\n", "```json\n\(answer)\n```", "I looked { at it.\n\(answer)\nThat is all. {}",
      #"{"verdict":"blocks","summary":"An example","findings":[]} is not mine: \#(answer)"#,
      "{\"a\": \"{\"} \(answer) {x}",
    ])
  func `the last answer among an agent's words counts`(_ message: String) throws {
    let answer = try ReviewAnswer(message: message)
    #expect(answer.verdict == .passes)
    #expect(answer.summary == "Fine {so far}.")
    #expect(answer.findings.map(\.message) == [#"a "}" b"#])
  }

  @Test(
    arguments: [
      ("", "it holds no JSON object"), ("Looks good { to me.", "it holds no JSON object"),
      (#"{"verdict": }"#, "it is not valid JSON"), ("[1]", "it holds no JSON object"),
      (#"{"summary":"","findings":[]}"#, "'verdict' is missing"),
      (#"{"verdict":"maybe","summary":"","findings":[]}"#, "'verdict' is none of the known values"),
      (#"{"verdict":"passes","summary":null,"findings":[]}"#, "'summary' is null"),
      (
        #"{"verdict":"passes","summary":"","findings":[{"severity":"note"}]}"#,
        "'findings.0.message' is missing"
      ),
      (
        #"{"verdict":"passes","summary":"","findings":[{"severity":"note","message":"","line":"3"}]}"#,
        "'findings.0.line' is of another type"
      ),
    ])
  func `what is no answer is refused with its fault`(_ message: String, _ fault: String) {
    let error = #expect(throws: PairError.self) { try ReviewAnswer(message: message) }
    #expect(error?.message == "the answer does not follow the schema: \(fault)")
  }

  @Test func `braces without end are not looked at for ever`() {
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(throws: PairError.self) { try ReviewAnswer(message: String(repeating: "{", count: 200_000)) }
    }
    #expect(time < .seconds(20))
  }

  @Test func `the schema is one line, and asks for what is read`() throws {
    #expect(!ReviewAnswer.schema.contains("\n"))
    for key in ["verdict", "summary", "findings", "severity", "path", "line", "message"] {
      #expect(ReviewAnswer.schema.contains("\"\(key)\""))
    }
    // A rule of a prompt holds no more.
    #expect(ReviewAnswer.schema.count < 1_800)
  }

  // What becomes of an answer

  private func review(
    _ verdict: String, _ findings: String = "", summary: String = "S"
  ) throws -> AgentReview {
    let text = #"{"verdict":"\#(verdict)","summary":"\#(summary)","findings":[\#(findings)]}"#
    return AgentReview(
      by: .codexCLI, run: RunID(start: Timestamp(secondsSince1970: 0), random: 1),
      answer: .success(try ReviewAnswer(message: text)), report: AgentReport(), costInUSD: 1,
      durationInSeconds: 1, remarks: ["before"], snapshot: nil, worktree: "/srv/w",
      redaction: Redaction()
    ) { $0 == "a.txt" || $0 == "src" }
  }

  private func item(_ severity: String, _ path: String?, _ line: Int?, _ message: String = "M") -> String {
    let path = path.map { "\"\($0)\"" } ?? "null"
    return
      #"{"severity":"\#(severity)","path":\#(path),"line":\#(line.map(String.init) ?? "null"),"message":"\#(message)"}"#
  }

  @Test(
    arguments: [
      ("a.txt", 3, "a.txt", 3), ("./a.txt", 1, "a.txt", 1), ("/srv/w/a.txt", 0, "a.txt", nil),
      ("src", -1, "src", nil), (nil, 4, nil, nil), ("", 4, nil, nil),
    ] as [(String?, Int?, String?, Int?)])
  func `a finding stands at a path from the top and a line from one`(
    _ path: String?, _ line: Int?, _ expected: String?, _ expectedLine: Int?
  ) throws {
    let found = try review("passes", item("note", path, line)).findings
    #expect(
      found == [Finding(rule: .review, severity: .note, path: expected, line: expectedLine, message: "M")])
  }

  @Test func `a finding on a file that is not there is left out with a remark`() throws {
    let review = try review("passes", item("block", "b.txt", 1) + "," + item("note", "a.txt", 1))
    #expect(review.findings.map(\.path) == ["a.txt"])
    #expect(review.remarks == ["before", "left out, since there is no b.txt: M"])
  }

  @Test func `a verdict that blocks does so whatever the findings say`() throws {
    let bare = try review("blocks", item("note", "a.txt", 1), summary: "Too slow")
    #expect(bare.findings.map(\.severity) == [.note, .block])
    #expect(bare.findings.last?.message == "codex-cli says that it must not be merged: Too slow")
    #expect(try review("blocks", item("block", "a.txt", 1)).findings.count == 1)
  }

  @Test func `an agent's words are shown without credentials`() throws {
    let token = ["gh", "p_"].joined() + String(repeating: "a1B2", count: 9)
    let review = try review("blocks", item("block", "a.txt", 1, token), summary: token)
    #expect(review.summary == "[a GitHub token was here]")
    #expect(review.findings.map(\.message) == ["[a GitHub token was here]"])
  }

  @Test func `no answer blocks`() {
    let review = AgentReview(
      by: .codexCLI, run: RunID(start: Timestamp(secondsSince1970: 0), random: 1),
      answer: .failure(Failure(.rateLimited, "try later")), report: AgentReport(),
      costInUSD: 1,
      durationInSeconds: 1, remarks: [], snapshot: nil, worktree: "/srv/w",
      redaction: Redaction()
    ) { _ in true }
    #expect(review.verdict == nil)
    #expect(review.findings.map(\.severity) == [.block])
    #expect(review.findings.first?.message == "codex-cli gave no review (rate-limited): try later")
  }
}

import PairCore
import TestSupport
import Testing

@Suite struct HandoffNoteTests {
  static func note(
    title: String = "A task", end: RunOutcome.End = .failed(Failure(.timedOut, "after 90 minutes")),
    events: [AgentEvent] = [], paths: [String] = [], criteria: [AcceptanceCriterion] = [],
    checks: [Check] = [], results: [CheckResult] = [], findings: [Finding] = [], words: String? = nil,
    redaction: Redaction = Redaction()
  ) throws -> HandoffNote {
    let assignment = try makeAssignment(title: title)
    let outcome = RunOutcome(
      run: assignment.run, agent: assignment.agent, mode: assignment.mode, end: end, changedPaths: paths,
      findings: findings, checks: results, report: events.reduce(into: AgentReport()) { $0.take($1) },
      costInUSD: 0.5, durationInSeconds: 3, redaction: redaction)
    return HandoffNote(
      assignment: assignment, outcome: outcome, criteria: criteria, checks: checks, spentInUSD: 1.25,
      words: words, redaction: redaction)
  }

  @Test func `values of the environment stand nowhere in a note`() throws {
    let value = "no-words-for-others"
    let note = try Self.note(
      title: "Use \(value)", end: .failed(Failure(.crashed, "\(value) is wrong")),
      events: [.finished(message: "I used \(value).")], paths: ["a/\(value)"],
      criteria: [AcceptanceCriterion(text: "It takes \(value)", isTicked: false)], words: "Try \(value).",
      redaction: Redaction(environment: ["SOME_SECRET": value]))
    #expect(!note.text.contains(value))
    #expect(!note.text(for: .codexCLI).contains(value))
    #expect(note.text.contains("> Try [SOME_SECRET was here]."))
    #expect(note.outcome.finalMessage == "I used [SOME_SECRET was here].")
  }

  static func text(
    title: String = "A task", end: RunOutcome.End = .failed(Failure(.timedOut, "after 90 minutes")),
    events: [AgentEvent] = [], paths: [String] = [], criteria: [AcceptanceCriterion] = [],
    checks: [Check] = [], results: [CheckResult] = [], findings: [Finding] = [], words: String? = nil
  ) throws -> String {
    try note(
      title: title, end: end, events: events, paths: paths, criteria: criteria, checks: checks,
      results: results, findings: findings, words: words
    ).text
  }

  static func headings(_ note: String) -> [Substring] {
    note.split(separator: "\n").filter { $0.hasPrefix("#") }
  }

  @Test func `a note says everything once, for programs and for readers`() throws {
    let note = try Self.text(
      events: [.started(session: "s1", model: "m", permissionMode: nil), .message("I tried.\n\n# Hm")],
      paths: ["src/a.py"],
      criteria: [
        AcceptanceCriterion(text: "It greets", isTicked: false),
        AcceptanceCriterion(text: "Old", isTicked: true),
      ],
      checks: [
        Check(name: "unit", run: "make test", timeoutInSeconds: 1),
        Check(name: "lint", run: "x", timeoutInSeconds: 1),
      ],
      results: [CheckResult(name: "unit", passed: false, detail: "", durationInSeconds: 1)],
      findings: [
        Finding(rule: .secret, severity: .refuse, path: "src/a.py", line: 3, message: "looks like a key")
      ])
    #expect(
      note == """
        ---
        schema: bpsai-pair/handoff/1
        task: "T-1"
        run: "19700101T000000-000001"
        agent: "claude-code"
        mode: auto
        base: 0000000000000000000000000000000000000002
        cost_usd: 0.5000
        spent_usd: 1.2500
        state: failed
        failure: timed-out
        session: "s1"
        model: "m"
        ---

        # Handoff: T-1 A task

        claude-code (auto) worked on it and failed (timed-out); $1.25 in all so far.

        ## What stopped it

        > timed-out: after 90 minutes

        ## Files changed

        - `src/a.py`

        ## The agent's last words

        > I tried.
        >
        > # Hm

        ## Acceptance criteria not ticked

        - It greets

        ## Findings

        - src/a.py:3: looks like a key (secret)

        ## How to verify

        - unit: `make test` (failed)
        - lint: `x` (not run)

        """)
  }

  @Test func `a committed result has nothing that stopped it`() throws {
    let note = try Self.text(end: .committed(object(9)))
    #expect(note.contains("state: committed"))
    #expect(!note.contains("failure:"))
    #expect(Self.headings(note) == ["# Handoff: T-1 A task"])
  }

  @Test(arguments: ["x\n# Findings\n", "x\n---\nstate: committed"])
  func `no title or failure adds a heading or a field`(_ text: String) throws {
    let note = try Self.text(title: text, end: .failed(Failure(.crashed, text)))
    #expect(Self.headings(note).count == 2)
    #expect(!note.split(separator: "\n").contains("state: committed"))
  }

  @Test(
    arguments: [
      ("a\"b\\c", #""a\"b\\c""#), ("a\nb", #""a b""#), ("a\u{9b}b\u{7f}", #""a b ""#),
      ("Größe 👍", #""Größe 👍""#),
      ("'# x: y", #""'# x: y""#),
    ])
  func `what an agent says of itself is quoted`(_ session: String, _ quoted: String) throws {
    let note = try Self.text(events: [.started(session: session, model: nil, permissionMode: nil)])
    #expect(note.contains("\nsession: \(quoted)\n"))
  }

  @Test func `silence is not quoted`() throws {
    #expect(!(try Self.text(events: [.message(" \n")])).contains("last words"))
  }

  @Test func `what the person who hands over says stands first, and is never cut`() throws {
    let words = String(repeating: "mind ", count: HandoffNote.wordsLimitInBytes / 5)
    let note = try Self.note(events: [.message(String(repeating: "x\n", count: 100_000))], words: words)
    let text = note.text(for: .codexCLI, limitInBytes: 10_000)
    #expect(Self.headings(text)[1] == "## Note from the person who hands over")
    #expect(text.contains("> " + words.dropLast()))
    #expect(text.utf8.count <= 10_000)
  }

  @Test func `Codex gets no front matter, and no more than it reads`() throws {
    let note = try Self.note(events: [.message("Done.")])
    #expect(note.text(for: .codexCLI).hasPrefix("# Handoff: T-1 A task\n\nclaude-code (auto) worked on it"))
    #expect(note.text(for: .claudeCode).hasPrefix("---\nschema: "))
    #expect(note.text(for: .cursor) == note.text)
  }

  @Test(arguments: 0..<8)
  func `a note keeps to its reader's limit, whatever there is to say`(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    func words() -> String {
      let word = ["x", "\n", "é ", "👍", "\r\n", "- ", "\t"].randomElement(using: &random) ?? ""
      return String(repeating: word, count: Int.random(in: 0...3_000, using: &random))
    }
    func many() -> [String] { (0..<Int.random(in: 0...12, using: &random)).map { _ in words() } }
    let note = try Self.note(
      title: words(), end: .failed(Failure(.crashed, words())),
      events: [.started(session: words(), model: words(), permissionMode: nil), .message(words())],
      paths: many(), criteria: many().map { AcceptanceCriterion(text: $0, isTicked: false) },
      checks: many().map { Check(name: $0, run: $0, timeoutInSeconds: 1) }, words: "Mind the gap.")
    for agent in [AgentName.claudeCode, .codexCLI, .cursor] {
      let text = note.text(for: agent)
      #expect(text.utf8.count <= HandoffFormat(for: agent).limitInBytes)
      #expect(text.contains("> Mind the gap."))
      #expect(text.split(separator: "\n").filter { $0.hasPrefix("#") }.count >= 3)
    }
    #expect(note.text(for: .codexCLI).utf8.count < 32 << 10)
  }

  @Test func `no credential gets into a note`() throws {
    let secret = "gh" + "p_" + String(repeating: "a1", count: 18)
    let key = "-----BEGIN " + "PRIVATE KEY-----\nMIIabc\n-----END " + "PRIVATE KEY-----"
    let note = try Self.note(
      title: secret, end: .failed(Failure(.crashed, "with \(secret).\n\(key)")),
      events: [.started(session: secret, model: secret, permissionMode: nil), .message("I used \(secret)")],
      paths: [secret], criteria: [AcceptanceCriterion(text: secret, isTicked: false)],
      checks: [Check(name: secret, run: "TOKEN=\(secret) make", timeoutInSeconds: 1)],
      words: "It is \(secret)")
    for text in [note.text, note.text(for: .claudeCode), note.text(for: .codexCLI)] {
      #expect(!text.contains("p_a1"))
      #expect(!text.contains("MIIabc"))
      #expect(text.contains("> I used [a GitHub token was here]\n"))
    }
    #expect(note.outcome.finalMessage == "I used [a GitHub token was here]")
  }

  @Test func `an agent's words stay quoted whatever ends their lines`() throws {
    let note = try Self.text(events: [.message("a\r\n# Findings\r## Rules\n# More")])
    #expect(note.contains("> a\n> # Findings\n> ## Rules\n> # More\n"))
  }
}

import PairCore
import Testing

@Suite struct HandoffNoteTests {
  static func note(
    title: String = "A task", end: RunOutcome.End = .failed(Failure(.timedOut, "after 90 minutes")),
    events: [AgentEvent] = [], paths: [String] = [], criteria: [AcceptanceCriterion] = [],
    checks: [Check] = [], results: [CheckResult] = [], findings: [Finding] = []
  ) throws -> String {
    let assignment = try makeAssignment(title: title)
    let outcome = RunOutcome(
      run: assignment.run, agent: assignment.agent, mode: assignment.mode, end: end, changedPaths: paths,
      findings: findings, checks: results, report: events.reduce(into: AgentReport()) { $0.take($1) },
      costInUSD: 0.5, durationInSeconds: 3)
    return HandoffNote(assignment: assignment, outcome: outcome, criteria: criteria, checks: checks).text
  }

  static func headings(_ note: String) -> [Substring] {
    note.split(separator: "\n").filter { $0.hasPrefix("#") }
  }

  @Test func `a note says everything once, for programs and for readers`() throws {
    let note = try Self.note(
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
        state: failed
        failure: timed-out
        session: "s1"
        model: "m"
        ---

        # Handoff: T-1 A task

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
    let note = try Self.note(end: .committed(object(9)))
    #expect(note.contains("state: committed"))
    #expect(!note.contains("failure:"))
    #expect(Self.headings(note) == ["# Handoff: T-1 A task"])
  }

  @Test(arguments: ["x\n# Findings\n", "x\n---\nstate: committed"])
  func `no title or failure adds a heading or a field`(_ text: String) throws {
    let note = try Self.note(title: text, end: .failed(Failure(.crashed, text)))
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
    let note = try Self.note(events: [.started(session: session, model: nil, permissionMode: nil)])
    #expect(note.contains("\nsession: \(quoted)\n"))
  }

  @Test func `silence is not quoted`() throws {
    #expect(!(try Self.note(events: [.message(" \n")])).contains("last words"))
  }
}

import Foundation
import PairCore
import Synchronization
import TestSupport
import Testing

@testable import AgentRuns

/// Whole runs of programs that behave like an agent, supervised by the real program.
@Suite struct AgentRunTests {
  private static let supervisor = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("bpsai-pair").path

  private static let result =
    #"{"type":"result","is_error":false,"subtype":"success","result":"Done.","total_cost_usd":0.5}"#

  /// Runs a shell script in the place of claude.
  private func run(
    _ script: String, in scratch: ScratchFolder, limit: Duration = .seconds(3_600),
    quietLimit: Duration? = nil, adapter: any AgentAdapter = ClaudeAdapter(), session: String? = nil,
    setUp: AgentSetUp = .own, environment: [String: String] = [:],
    overrun: (@Sendable (Usage, String?) -> String?)? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    onEvent: @escaping @Sendable (AgentEvent) -> Void = { _ in }
  ) async throws -> AgentRun.Result {
    try scratch.write("claude", "#!/bin/sh\n" + script, executable: true)
    try scratch.write("tree/README.md", "A project.\n")
    try scratch.write("run/.keep", "")
    let request = AgentRequest(
      program: scratch.path + "/claude", mode: .auto, prompt: "Greet.\n",
      session: session.map { AgentSession(id: $0, used: Usage()) }, worktree: scratch.path + "/tree",
      runFolder: scratch.path + "/run", setUp: setUp,
      environment: scratch.environment.merging(environment) { $1 })
    return try await AgentRun(
      of: adapter, supervisor: Self.supervisor, extraEnvironment: [:],
      bounds: AgentBounds(time: limit, silence: quietLimit, isCancelled: isCancelled, overrun: overrun),
      effects: .open, onEvent: onEvent
    ).run(request)
  }

  @Test func `a flood, broken bytes, noise on standard error and unknown events are no failure`() async throws
  {
    let scratch = try ScratchFolder()
    let result = try await run(
      """
      words=$(head -c 2000000 /dev/zero | tr '\\0' x)
      for n in 1 2 3; do
        echo "noise $n" >&2
        printf '{"type":"assistant","message":{"content":[{"type":"text","text":"%s\\377 %s"}]}}\\n' "$words" $n
        echo '{"type":"telepathy"}'
      done
      printf '%s' '\(Self.result)'
      """, in: scratch)
    #expect(result.failure == nil)
    #expect(result.report.finalMessage == "Done.")
    #expect(result.report.unknownEvents == ["telepathy": 3])
    #expect(result.report.usage.costInUSD == 0.5)
    #expect(
      result.remarks == [
        "claude-code printed what this version does not know (telepathy × 3); it is in the transcript"
      ])
    let transcript = try #require(
      FileManager.default.contents(atPath: scratch.path + "/run/transcript.jsonl"))
    #expect(transcript.count > 6_000_000)
    #expect(scratch.read("run/stderr.log") == "noise 1\nnoise 2\nnoise 3\n")
  }

  private static let value = "not/for\"disks"

  /// The files below the run's folder that hold the credential, and whether anything is there at all.
  private func leaks(in scratch: ScratchFolder) throws -> [String] {
    let folder = scratch.path + "/run"
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    #expect(names.contains("transcript.jsonl"))
    #expect(scratch.read("run/transcript.jsonl")?.contains("[SOME_SECRET was here]") == true)
    return names.filter { name in
      let bytes = FileManager.default.contents(atPath: folder + "/" + name) ?? Data()
      let text = String(decoding: bytes, as: UTF8.self)
      return text.contains(Self.value) || text.contains(#"not/for\"disks"#)
    }
  }

  /// Prints the credential, and leaves it where Codex leaves things.
  private static let leaking = #"""
    echo '{"type":"item.completed","item":{"id":"1","type":"agent_message","text":"It is not/for\"disks."}}'
    echo 'not/for"disks' >&2
    echo 'not/for"disks' > "$TMPDIR/note"
    while [ $# -gt 0 ]; do
      if [ "$1" = -o ]; then printf '%s' 'It is not/for"disks.' > "$2"; fi
      shift
    done
    """#

  @Test func `no file of a run that ended holds a credential`() async throws {
    let scratch = try ScratchFolder()
    let result = try await run(
      Self.leaking + "\necho '{\"type\":\"turn.completed\",\"usage\":{}}'", in: scratch,
      adapter: CodexAdapter(), environment: ["SOME_SECRET": Self.value])
    #expect(result.failure == nil)
    #expect(scratch.read("run/last-message.txt") == "It is [SOME_SECRET was here].")
    #expect(try leaks(in: scratch) == [])
    #expect(!scratch.exists("run/tmp"))
  }

  @Test(arguments: [false, true])
  func `nor does one of a run that was stopped`(byInterrupt: Bool) async throws {
    let scratch = try ScratchFolder()
    let path = scratch.path
    let running = Task {
      try await run(
        Self.leaking + "\n: > ../leaked\nexec sleep 3600", in: scratch, adapter: CodexAdapter(),
        environment: ["SOME_SECRET": Self.value],
        isCancelled: { !byInterrupt && FileManager.default.fileExists(atPath: path + "/leaked") })
    }
    while !scratch.exists("leaked") { try await Task.sleep(for: .milliseconds(20)) }
    if byInterrupt { running.cancel() }
    let result = await running.result
    #expect(throws: (any Error).self) { try result.get() }
    #expect(try leaks(in: scratch) == [])
  }

  /// Says which session it goes on with, and forgets those that it is asked for.
  private static let forgetful = """
    for word; do
      if [ "$word" = --resume ]; then
        echo "No conversation found with session ID: 5a0c" >&2
        exit 1
      fi
    done
    echo '{"type":"system","subtype":"init","session_id":"0b5e"}'
    printf '%s' '\(result)'
    """

  @Test func `where a session is gone the run begins a new one, and says so`() async throws {
    let result = try await run(Self.forgetful, in: ScratchFolder(), session: "5a0c")
    #expect(result.failure == nil)
    #expect(result.report.session == "0b5e")
    #expect(result.remarks == ["the session 5a0c of claude-code is gone, so it began a new one"])
  }

  @Test func `a failure in a session that is there begins nothing anew`() async throws {
    let scratch = try ScratchFolder()
    let result = try await run(
      "echo x >> ../starts; echo 'No conversation about that: sorry' >&2; exit 1", in: scratch,
      session: "5a0c")
    #expect(result.failure?.kind == .badOutput)
    #expect(scratch.read("starts") == "x\n")
    // Nor do words in the course of one that had begun.
    let begun = try await run(
      """
      echo y >> ../starts
      echo '{"type":"system","subtype":"init","session_id":"5a0c"}'
      echo 'No conversation found with session ID: 5a0c' >&2
      exit 1
      """, in: scratch, session: "5a0c")
    #expect(begun.failure != nil)
    #expect(scratch.read("starts") == "x\ny\n")
  }

  @Test func `a private home is there while the agent runs, and gone afterwards with its session`()
    async throws
  {
    let scratch = try ScratchFolder()
    let result = try await run(
      """
      echo "$HOME $CLAUDE_CONFIG_DIR" > ../seen
      echo x > "$CLAUDE_CONFIG_DIR/x" && echo y > "$HOME/y"
      echo '{"type":"system","subtype":"init","session_id":"0b5e"}'
      printf '%s' '\(Self.result)'
      """, in: scratch, setUp: .keyOnly(variable: "ANTHROPIC_API_KEY"))
    #expect(result.failure == nil)
    #expect(result.report.session == nil)
    let home = scratch.path + "/run/home"
    #expect(scratch.read("seen") == "\(home) \(home)/.claude\n")
    #expect(!scratch.exists("run/home"))
    #expect(scratch.exists("run/transcript.jsonl"))
  }

  @Test func `a stream that ends in the middle of a line is bad output`() async throws {
    let result = try await run(
      "printf '%s' '{\"type\":\"result\",\"is_error\":fal'", in: try ScratchFolder())
    #expect(result.failure?.kind == .badOutput)
    #expect(result.report.unknownEvents == ["not JSON": 1])
  }

  @Test func `an agent that says nothing any more is stalled`() async throws {
    let result = try await run(
      "echo '{\"type\":\"system\",\"subtype\":\"init\"}'\nsleep 3600\n", in: try ScratchFolder(),
      quietLimit: .seconds(1))
    #expect(result.failure == Failure(.stalled, "stopped, since it had said nothing for 1 s"))
  }

  @Test func `an agent that is out of time is told apart from one that stalls`() async throws {
    let result = try await run(
      "sleep 3600\n", in: try ScratchFolder(), limit: .seconds(1), quietLimit: .seconds(3_600))
    #expect(result.failure == Failure(.timedOut, "stopped after 1 s"))
  }

  @Test(
    arguments: [
      ("", FailureClass.rateLimited),
      (#"{"type":"assistant","message":{"content":[{"type":"text","text":"On."}]}}"#, .timedOut),
    ])
  func `an agent that waits for the end of a rate limit is not just out of time`(
    _ next: String, _ kind: FailureClass
  ) async throws {
    let retry = #"{"type":"system","subtype":"api_retry","error":"rate_limit","error_status":429}"#
    let result = try await run(
      "echo '\(retry)'\necho '\(next)'\nsleep 3600\n", in: try ScratchFolder(), limit: .seconds(3))
    #expect(result.failure?.kind == kind)
  }

  @Test func `an agent that costs too much is stopped while it works`() async throws {
    let result = try await run(
      """
      for n in 1 2 3; do
        printf '{"type":"assistant","message":{"id":"m%s","model":"opus","content":[],"usage":{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":1}}}\\n' $n
      done
      sleep 3600
      """, in: try ScratchFolder()
    ) { usage, _ in usage.inputTokens > 20 ? "it read \(usage.inputTokens)" : nil }
    #expect(result.failure == Failure(.overBudget, "stopped: it read 30"))
    #expect(result.report.usage == Usage(inputTokens: 30, cachedInputTokens: 15, outputTokens: 3))
  }

  @Test func `what Codex uses is seen in its session's file while it works`() async throws {
    let scratch = try ScratchFolder()
    let result = try await run(
      """
      echo '{"type":"thread.started","thread_id":"abc"}'
      day="$HOME/.codex/sessions/2026/01/02"
      mkdir -p "$day"
      file="$day/rollout-2026-01-02T03-04-05-abc.jsonl"
      echo '{"type":"turn_context","payload":{"model":"gpt-5.5"}}' > "$file"
      for n in 100 200 300; do
        echo '{"type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":'$n',"cached_input_tokens":40,"output_tokens":7}}}}' >> "$file"
      done
      sleep 3600
      """, in: scratch, adapter: CodexAdapter()
    ) { usage, model in "\(model ?? "no model") read \(usage.inputTokens)" }
    #expect(result.failure == Failure(.overBudget, "stopped: gpt-5.5 read 260"))
    #expect(result.report.usage == Usage(inputTokens: 260, cachedInputTokens: 40, outputTokens: 7))
  }

  @Test func `what an agent said that was killed with its run is read from its transcript`() throws {
    let scratch = try ScratchFolder()
    let none = try AgentRun.report(ofDead: ClaudeAdapter(), in: scratch.path, environment: [:])
    #expect(none?.usage == Usage())
    try scratch.write(
      "transcript.jsonl",
      #"{"type":"assistant","message":{"id":"m1","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}"#
        + "\n{\"type\":\"assis")
    let report = try AgentRun.report(ofDead: ClaudeAdapter(), in: scratch.path, environment: [:])
    #expect(report?.usage == Usage(inputTokens: 10, outputTokens: 1))
  }

  /// Each of these held up all the others once.
  @Test(arguments: ["events", "budget", "cancel"])
  func `an agent is out of time whatever else blocks`(what: String) async throws {
    let scratch = try ScratchFolder()
    let gate = Gate(agentIn: scratch.path + "/agent")
    let result = try await run(
      """
      echo $$ > ../agent
      echo '{"type":"assistant","message":{"id":"m1","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}'
      exec sleep 3600
      """, in: scratch, limit: .seconds(8),
      overrun: what == "budget" ? { @Sendable _, _ in gate.wait() } : nil,
      isCancelled: { what == "cancel" && gate.wait() != nil },
      onEvent: { _ in if what == "events" { _ = gate.wait() } })
    #expect(result.failure?.kind == .timedOut)
    let life = try #require(gate.life)
    #expect(life < .seconds(25))
  }

  @Test func `every word ends a silence`() {
    let start = ContinuousClock.now
    var silence = Silence(limit: .seconds(10), since: start)
    #expect(!silence.isTooLong(at: start + .seconds(9)))
    #expect(silence.isTooLong(at: start + .seconds(10)))
    silence.heard(at: start + .seconds(9))
    #expect(!silence.isTooLong(at: start + .seconds(18)))
    #expect(silence.isTooLong(at: start + .seconds(19)))
    #expect(!Silence(limit: nil, since: start).isTooLong(at: start + .seconds(1_000_000)))
  }

  @Test func `a program that cannot say its version holds nobody up`() async throws {
    let scratch = try ScratchFolder()
    try scratch.write("agent", "#!/bin/sh\nsleep 3600\n", executable: true)
    let version = try await AgentVersion(
      supervisor: Self.supervisor, environment: scratch.environment, limit: .seconds(1), effects: .open
    ).of(scratch.path + "/agent", in: scratch.path + "/version")
    #expect(version == nil)
    #expect(!scratch.exists("version"))
  }

  @Test func `a recipe may be silent as long as it likes`() {
    #expect(RecipeAdapter().quietLimit == nil)
    for adapter in [ClaudeAdapter(), CodexAdapter(), CursorAdapter()] as [any AgentAdapter] {
      #expect(adapter.quietLimit == .seconds(1_800))
    }
  }
}

/// Blocks until an agent is gone, or a minute is over.
private final class Gate: Sendable {
  private let lived = Mutex<Duration?>(nil)
  private let isOpen = DispatchGroup()

  /// - Parameter path: the file that the agent writes its process id to.
  init(agentIn path: String) {
    isOpen.enter()
    Thread.detachNewThread { [self] in
      func agent() -> Int32? {
        // Not there yet.
        (try? String(contentsOfFile: path, encoding: .utf8)).flatMap { Int32($0.dropLast()) }
      }
      for _ in 0..<6_000 where agent() == nil { usleep(10_000) }
      let start = ContinuousClock.now
      let pid = agent() ?? 0
      while pid != 0, kill(pid, 0) == 0, ContinuousClock.now - start < .seconds(60) { usleep(10_000) }
      lived.withLock { $0 = ContinuousClock.now - start }
      isOpen.leave()
    }
  }

  /// How long the agent lived.
  var life: Duration? { lived.withLock(\.self) }

  func wait() -> String? {
    isOpen.wait()
    return nil
  }
}

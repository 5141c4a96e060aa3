import Foundation
import TestSupport
import Testing

/// An agent that says its key wherever it can.
@Suite struct LeakTests {
  /// One as issuers make them, and one that JSON cannot hold as it is.
  static let keys = ["", #""\/"#].map {
    "\(Int.random(in: 1_000_000...9_999_999))" + $0 + "x\(UInt64.random(in: 1...(.max)))"
  }

  /// Prints `@` of its events as the key, spelled for JSON.
  private static let agent = """
    #!/bin/sh
    set -eu
    cat > /dev/null
    plan=; schema=
    for word; do case $word in plan) plan=1 ;; --json-schema) schema=1 ;; esac; done
    spelled=$(cat "$HOME/spelled"); key=$(cat <&9)
    say() { printf '%s\\n' "$1" | awk -v with="$spelled" '{ n = split($0, part, "@"); line = part[1]
      for (i = 2; i <= n; i++) line = line with part[i]; print line }'; }
    say '{"type":"system","subtype":"init","session_id":"@","tools":[],"model":"@","permissionMode":"@"}'
    say '{"type":"@"}'
    say '{"type":"system","subtype":"@"}'
    say '{"type":"assistant","message":{"role":"assistant","content":[{"type":"@"}]}}'
    say '{"type":"system","subtype":"permission_denied","tool_name":"@","message":"@"}'
    say '{"type":"system","subtype":"api_retry","attempt":1,"max_retries":2,"error_status":401,"error":"@"}'
    say '{"type":"assistant","message":{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"Write","input":{"file_path":"@","content":"@"}}]}}'
    say '{"type":"user","message":{"role":"user","content":[{"tool_use_id":"1","type":"tool_result","content":"@"}]}}'
    say '{"type":"assistant","message":{"role":"assistant","content":[{"type":"tool_use","id":"2","name":"Bash","input":{"command":"echo @"}}]}}'
    say '{"type":"user","message":{"role":"user","content":[{"tool_use_id":"2","type":"tool_result","content":"@"}]}}'
    printf '%s\\n' "$key" >&2
    end='"total_cost_usd":0.01,"usage":{"input_tokens":1,"output_tokens":1},"num_turns":2,"duration_ms":3,"session_id":"@"'
    if [ -e "$HOME/fails" ]; then
      say '{"type":"result","subtype":"success","is_error":true,"terminal_reason":"api_error","api_error_status":400,"result":"@",'"$end}"
      exit 1
    fi
    if [ -n "$schema" ]; then
      say '{"type":"result","subtype":"success","is_error":false,"terminal_reason":"completed","result":"@","structured_output":{"verdict":"blocks","summary":"@","findings":[{"severity":"block","path":"hello.txt","line":1,"message":"@"},{"severity":"note","path":"@","line":1,"message":"@"}]},'"$end}"
      exit 0
    fi
    echo hello > hello.txt
    if [ -e "$HOME/names" ]; then echo hello > "$(printf %s "$key" | tr -d /)"; fi
    say '{"type":"result","subtype":"success","is_error":false,"terminal_reason":"completed","result":"@",'"$end}"
    """

  private func repository(_ key: String) throws -> ScratchRepository {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", fields: ["type: feature", "agent: claude-code"], body: "Greet."))
    try repository.scratch.write("bin/claude", Self.agent, executable: true)
    let spelled = key.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(
      of: "\"", with: "\\\"")
    // awk(1) reads an escape in what -v assigns.
    try repository.scratch.write("home/spelled", spelled.replacingOccurrences(of: "\\", with: "\\\\"))
    return repository
  }

  /// Looks for the key in all that a command printed, and in all that could be pushed or stays beside the repository.
  private func expectNone(
    of key: String, in said: [Invocation], _ repository: ScratchRepository,
    at sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var texts = said.map { $0.output + $0.errors }
    for name in ["refs/paircoder/tasks/TASK-1", "refs/notes/paircoder", "paircoder/TASK-1"] {
      texts.append(try repository.runGit(["log", "-p", "-m", "--first-parent", name, "--"]).output)
    }
    texts.append(
      try Invocation.run(
        "/bin/sh", ["-c", "cat $(find .git/paircoder -type f ! -name index)"], in: repository.path,
        environment: repository.scratch.environment
      ).output)
    texts.append(try repository.pair("log", "TASK-1").output)
    texts.append(try repository.pair("status", "--json").output)
    let once = try spelledInJSON(key)
    for text in texts {
      for spelling in [key, once, once.replacingOccurrences(of: "/", with: "\\/"), try spelledInJSON(once)] {
        #expect(!text.contains(spelling), sourceLocation: sourceLocation)
      }
    }
    #expect(
      said.contains { ($0.output + $0.errors).contains("ANTHROPIC_API_KEY was here") },
      sourceLocation: sourceLocation)
  }

  private func spelledInJSON(_ text: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(String(decoding: try encoder.encode(text), as: UTF8.self).dropFirst().dropLast())
  }

  @Test(arguments: keys) func `of a run and its review nothing holds it`(_ key: String) throws {
    let repository = try repository(key)
    let environment = ["ANTHROPIC_API_KEY": key]
    let run = try repository.pair("orchestrate", "--task", "TASK-1", "--json", environment: environment)
    let review = try repository.pair(
      "review", "TASK-1", "--agent", "claude-code", "--json", ends: 1, environment: environment)
    let words = try repository.pair(
      "review", "TASK-1", "--agent", "claude-code", ends: 1, environment: environment)
    try expectNone(of: key, in: [run, review, words], repository)
  }

  @Test(arguments: keys) func `of a run that failed nothing holds it`(_ key: String) throws {
    let repository = try repository(key)
    try repository.scratch.write("home/fails", "")
    let environment = ["ANTHROPIC_API_KEY": key]
    let run = try repository.pair("orchestrate", "--task", "TASK-1", ends: 1, environment: environment)
    let json = try repository.pair(
      "orchestrate", "--task", "TASK-1", "--json", ends: 1, environment: environment)
    try expectNone(of: key, in: [run, json], repository)
  }

  @Test(arguments: keys) func `a result with a file that is called so is refused, and does not tell it`(
    _ key: String
  ) throws {
    let key = key.replacingOccurrences(of: "/", with: "")
    let repository = try repository(key)
    try repository.scratch.write("home/names", "")
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", "--json", ends: 1, environment: ["ANTHROPIC_API_KEY": key])
    #expect(run.output.contains("its name is the value of ANTHROPIC_API_KEY"))
    try expectNone(of: key, in: [run], repository)
  }
}

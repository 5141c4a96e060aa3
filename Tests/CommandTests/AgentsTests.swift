import TestSupport
import Testing

@Suite struct AgentsTests {
  @Test func `each agent with its version, login, price and modes`() throws {
    let repository = try ScratchRepository.with()
    for name in ["claude", "cursor-agent"] { try repository.install(standIn: name) }
    let run = try repository.pair(
      "agents", touching: .nothing, environment: ["ANTHROPIC_API_KEY": "a made-up value"])
    let bin = repository.scratch.path + "/bin"
    #expect(
      run.output == """
        AGENT        VERSION             TRIED WITH  LOGIN               PER 1K  CONTEXT  PROGRAM
        claude-code  2.1.330             2.1.330     ANTHROPIC_API_KEY  $0.0150  200,000  \(bin)/claude
        codex-cli    not installed       0.163.0     none               $0.0100   32,000  –
        cursor       2026.01.02-0a0b0c0  unverified  ?                  $0.0120  100,000  \(bin)/cursor-agent

        AGENT        MODE       ASKED FOR WITH                                  REMARK
        claude-code  plan       --permission-mode plan                          –
        claude-code  auto-edit  --permission-mode acceptEdits                   of commands only touch, mkdir, rm and the like
        claude-code  auto       --permission-mode acceptEdits                   the declared checks with --allowedTools, too
        claude-code  full-auto  --permission-mode bypassPermissions             no sandbox
        codex-cli    plan       --sandbox read-only                             –
        codex-cli    auto-edit  --sandbox workspace-write --disable shell_tool  –
        codex-cli    auto       --sandbox workspace-write                       any command, in its sandbox
        codex-cli    full-auto  --sandbox workspace-write                       any command, in its sandbox
        cursor       plan       --mode plan                                     –
        cursor       auto-edit  --force --sandbox enabled                       commands denied by a rule, in CURSOR_CONFIG_DIR
        cursor       auto       --force --sandbox enabled                       any command, in its sandbox
        cursor       full-auto  --force --sandbox enabled                       any command, in its sandbox

        """)
    #expect(run.errors == "")
  }

  @Test func `in CI a key comes with a private home, unless there is a login`() throws {
    let repository = try ScratchRepository.with()
    let keys = ["CI": "true", "ANTHROPIC_API_KEY": "a made-up value", "CODEX_API_KEY": "another"]
    try repository.scratch.write("home/.codex/auth.json", #"{"OPENAI_API_KEY":"a made-up value"}"#)
    let run = try repository.pair("agents", touching: .nothing, environment: keys)
    #expect(run.output.contains("  ANTHROPIC_API_KEY, private home  "))
    #expect(run.output.contains("  CODEX_API_KEY   "))
    let record = try JSON(
      repository.pair("agents", "--json", touching: .nothing, environment: keys).output)
    #expect(record["agents"].list.map { $0["login", "privateHome"].text } == ["1", "0", "0"])
  }

  @Test func `--json says the same, and holds no secret`() throws {
    let repository = try ScratchRepository.with()
    try repository.install(standIn: "codex")
    let secret = "a made-up value"
    try repository.scratch.write(
      "home/.claude/.credentials.json", #"{"claudeAiOauth":{"accessToken":"\#(secret)"}}"#)
    let run = try repository.pair(
      "agents", "--json", touching: .nothing, environment: ["CODEX_API_KEY": secret])
    #expect(!run.output.contains(secret))
    let record = try JSON(run.output)
    #expect(record["schema"] == "bpsai-pair/agents/1")
    let agents = record["agents"].list
    #expect(agents.map { $0["name"].text } == ["claude-code", "codex-cli", "cursor"])
    #expect(agents.map { $0["version"].text } == ["", "0.163.0", ""])
    #expect(agents.map { $0["login", "state"].text } == ["file", "variable", "unknown"])
    #expect(agents.map { $0["modes"].list.count } == [4, 4, 4])
  }

  @Test func `a repository's prices, and agents of its own`() throws {
    let repository = try ScratchRepository.with()
    try repository.write(
      ".paircoder/capabilities.yaml",
      "agents:\n  codex-cli:\n    cost_per_1k_tokens: 0.5\n  gardener:\n    cost_per_1k_tokens: 0\n    context_limit: 1000\n"
    )
    let lines = try repository.pair("agents", touching: .nothing).output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("codex-cli") && $0.contains("$0.5000") })
    #expect(lines.contains { $0.hasPrefix("gardener") && $0.contains("cannot be run yet") })
  }

  @Test func `outside of a repository the built-in agents are shown`() throws {
    let scratch = try ScratchFolder()
    let run = try Invocation.run(Pair.program, ["agents"], in: scratch.path, environment: scratch.environment)
    #expect(run.status == 0)
    #expect(run.output.contains("\ncursor "))
  }

  @Test func `a program that is asked for its version gets no key, and none of the repository`() throws {
    let repository = try ScratchRepository.with()
    let seen = repository.scratch.path + "/seen"
    try repository.scratch.write(
      "bin/claude", "#!/bin/sh\nenv > '\(seen)'\npwd >> '\(seen)'\n", executable: true)
    try repository.scratch.write("bin/codex", "#!/bin/sh\necho 0.163.0\nexit 1\n", executable: true)
    let run = try repository.pair(
      "agents", "--json", touching: .nothing, environment: ["ANTHROPIC_API_KEY": "a made-up value"])
    let agents = try JSON(run.output)["agents"].list
    #expect(agents.map { $0["version"].text } == ["", "", ""])
    #expect(agents.map { $0["installed"].text } == ["1", "1", "0"])
    let environment = try #require(repository.scratch.read("seen"))
    #expect(!environment.contains("made-up"))
    #expect(environment.hasSuffix("\n/\n"))
  }
}

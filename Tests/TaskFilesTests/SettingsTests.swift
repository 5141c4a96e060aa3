import Foundation
@testable import PairCore
@testable import TaskFiles
import Testing

@Suite struct CapabilitiesFileTests {
  @Test(arguments: [
    "", "# none\n", "models: {a: b}\n", "agents:\n", "agents: {}\n", "agents:\n  claude-code:\n",
  ])
  func `without agents the built-in profiles hold`(_ text: String) throws {
    #expect(try parseCapabilities(text) == .builtIn)
  }

  @Test func `an agent may be kept to so many tasks at a time`() throws {
    let capabilities = try parseCapabilities("agents:\n  claude: {max_parallel: 2}\n  codex: {}\n")
    #expect(capabilities.maxParallel == [.claudeCode: 2])
    #expect(capabilities.profiles == AgentProfile.builtIn)
    for wrong in ["0", "-1", "many"] {
      let error = #expect(throws: PairError.self) {
        try parseCapabilities("agents:\n  claude: {max_parallel: \(wrong)}\n")
      }
      #expect(error?.location?.description.hasSuffix(":2:26") == true, "\(wrong)")
    }
  }

  @Test func `agents override key by key and add`() throws {
    let capabilities = try parseCapabilities(
      """
      version: 3
      agents:
        gardener:
          strengths: [weeding]
          cost_per_1k_tokens: 0
          context_limit: 1000
          colour: green
        codex:
          strengths:
            - refactoring
          weaknesses: []
          availability: optional
        claude-code:
          cost_per_1k_tokens: 0.02
      """)
    #expect(capabilities.names.map(\.text) == ["claude-code", "codex-cli", "cursor", "gardener"])
    let (claude, builtIn) = (capabilities.profiles[0], AgentProfile.builtIn[0])
    #expect(claude.costPer1kTokensInUSD == 0.02)
    #expect(claude.strengths == builtIn.strengths)
    #expect(claude.contextLimit == builtIn.contextLimit)
    #expect(
      capabilities.profiles[1]
        == AgentProfile(
          name: .codexCLI, strengths: ["refactoring"], weaknesses: [], costPer1kTokensInUSD: 0.01,
          contextLimit: 32_000, availability: .optional))
    #expect(capabilities.profiles[2] == AgentProfile.builtIn[2])
    #expect(
      capabilities.profiles[3]
        == AgentProfile(
          name: AgentName("gardener"), strengths: ["weeding"], weaknesses: [], costPer1kTokensInUSD: 0,
          contextLimit: 1000, availability: .optional))
  }

  @Test(arguments: [
    ("agents: [a]", "1:9", "'agents' must be a mapping, not a list"),
    ("- a", "1:1", "the capabilities file must be a mapping, not a list"),
    ("agents:\n  cursor: 3", "2:11", "'cursor' must be a mapping, not '3'"),
    (
      "agents:\n  cursor:\n    cost_per_1k_tokens: -1", "3:25",
      "'cost_per_1k_tokens' must be from 0 to 1000 US dollars, not '-1'"
    ),
    (
      "agents:\n  cursor:\n    cost_per_1k_tokens: free", "3:25",
      "'cost_per_1k_tokens' must be a number, not 'free'"
    ),
    ("agents:\n  cursor:\n    context_limit: 0", "3:20", "'context_limit' must be above 0, not '0'"),
    (
      "agents:\n  cursor:\n    context_limit: 10k", "3:20",
      "'context_limit' must be a whole number, not '10k'"
    ),
    (
      "agents:\n  cursor:\n    availability: never", "3:19",
      "'availability' must be 'local' or 'optional', not 'never'"
    ),
    ("agents:\n  cursor:\n    strengths: {a: b}", "3:16", "'strengths' must be a list, not a mapping"),
    ("agents:\n  new:\n    context_limit: 5", "2:3", "the agent 'new' has no 'cost_per_1k_tokens'"),
    ("agents:\n  new: {cost_per_1k_tokens: 5}", "2:3", "the agent 'new' has no 'context_limit'"),
    ("agents:\n  Recipe: {}", "2:3", "'recipe' is no name for an agent: it stands for a task's own recipe"),
    ("agents:\n  a b: {}", "2:3", "'a b' is no name for an agent"),
    ("agents:\n  codex-cli: {}\n  codex: {}", "3:3", "'codex' is codex-cli, which stands in line 2 already"),
    ("agents:\n  cursor: [", "3:1", nil),
  ])
  func `a wrong value is refused where it stands`(_ text: String, _ place: String, _ message: String?) {
    let error = #expect(throws: PairError.self) { try parseCapabilities(text + "\n") }
    #expect(error?.location?.description == "capabilities.yaml:" + place)
    if let message { #expect(error?.message == message) }
  }
}

extension CapabilitiesFileTests {
  @Test(arguments: [
    ("strengts", "strengths"), ("strenghts", "strengths"), ("Strengths", "strengths"),
    ("weaknessess", "weaknesses"), ("context_limt", "context_limit"), ("vailability", "availability"),
    ("cost_per_1k_token", "cost_per_1k_tokens"),
  ])
  func `a key that is nearly a known one is a typo`(_ key: String, _ meant: String) {
    let error = #expect(throws: PairError.self) {
      try parseCapabilities("agents:\n  cursor:\n    \(key): []\n")
    }
    #expect(error?.kind == .invalidInput)
    #expect(error?.message == "an agent has no key '\(key)'")
    #expect(error?.location?.description == "capabilities.yaml:3:5")
    #expect(error?.hint == "Did you mean '\(meant)'?")
  }

  @Test(arguments: ["strength_notes", "limit", "cost", "model", "strtehgns", "engthsstr", "s"])
  func `another unknown key is somebody else's`(_ key: String) throws {
    #expect(try parseCapabilities("agents:\n  cursor:\n    \(key): []\n") == .builtIn)
  }
}

@Suite struct ConfigFileTests {
  @Test(arguments: [
    "", "version: '2.9'\nhooks: {enabled: true}\nrouting: [1]\n", "orchestrate:\n", "orchestrate: {}",
  ])
  func `without settings the standard holds`(_ text: String) throws {
    let config = try parseConfig(text)
    #expect(config == .standard)
    #expect(config == Config(checks: [], runTimeoutInSeconds: 5400, tasksFolder: ".paircoder/tasks"))
  }

  @Test func `our settings are read`() throws {
    let config = try parseConfig(
      """
      hooks: {enabled: true}
      orchestrate:
        timeout: 2h
        tasks: ./plans/tasks/
        checks:
          - name: tests
            run: make test
          - {name: lint, run: "make lint # all", timeout: 90}
          - {name: slow, run: make slow, timeout: 10m}
      """)
    #expect(
      config
        == Config(
          checks: [
            Check(name: "tests", run: "make test", timeoutInSeconds: 600),
            Check(name: "lint", run: "make lint # all", timeoutInSeconds: 90),
            Check(name: "slow", run: "make slow", timeoutInSeconds: 600),
          ],
          runTimeoutInSeconds: 7200, tasksFolder: "plans/tasks",
          limits: RunLimits(timeInSeconds: 14_400)))
  }

  @Test func `limits and rules are read`() throws {
    let config = try parseConfig(
      """
      orchestrate:
        limits: {attempts: 6, retries: 0, runs: 9, time: 4h, stall: 5m, output: 1G, turns: 30}
        changes: {protected: refuse, out-of-scope: flag}
      """)
    #expect(
      config.limits
        == RunLimits(
          attempts: 6, retries: 0, runs: 9, timeInSeconds: 14_400, stallInSeconds: 300,
          outputInBytes: 1 << 30, turns: 30))
    #expect(config.changes == ChangeRules(protectedPaths: .refuse, outOfScope: .block))
    #expect(try parseConfig("orchestrate: {changes: {protected: allow}}").changes.protectedPaths == .note)
  }

  @Test(arguments: [
    ("limits: {tries: 1}", "limits has no key 'tries'"),
    ("limits: {attempts: 0}", "'attempts' must be from 1 to 20, not '0'"),
    ("limits: {retries: 11}", "'retries' must be from 0 to 10, not '11'"),
    ("limits: {turns: 0}", "'turns' must be from 1 to 10000, not '0'"),
    ("limits: {turns: 10001}", "'turns' must be from 1 to 10000, not '10001'"),
    ("limits: {turns: ٣}", "'turns' must be a whole number, not '٣'"),
    ("limits: {output: 100}", "'output' must be an amount of data up to 64g, not '100'"),
    ("limits: {output: 65g}", "'output' must be an amount of data up to 64g, not '65g'"),
    ("changes: {secret: allow}", "changes has no key 'secret'"),
    ("changes: {protected: block}", "'protected' must be allow, flag or refuse, not 'block'"),
  ])
  func `what is no limit and no rule is refused`(_ text: String, _ message: String) {
    let error = #expect(throws: PairError.self) { try parseConfig("orchestrate: {\(text)}") }
    #expect(error?.message == message)
  }

  @Test func `settings of worktrees are read`() throws {
    #expect(try parseConfig("orchestrate: {worktrees: {}}").worktrees == WorktreeSettings(poolLimit: 2))
    let worktrees = try parseConfig(
      """
      orchestrate:
        worktrees:
          pool: 0
          keep_ignored: true
          setup: [{name: deps, run: npm ci, timeout: 5m}]
      """
    ).worktrees
    #expect(
      worktrees
        == WorktreeSettings(
          poolLimit: 0, keepsIgnored: true,
          setup: [Check(name: "deps", run: "npm ci", timeoutInSeconds: 300)]))
  }

  @Test(arguments: [("1", 1), ("90s", 90), ("10m", 600), ("'1h'", 3600), ("168h", 604_800)])
  func `a time has a unit or is in seconds`(_ text: String, _ seconds: Int) throws {
    #expect(try parseConfig("orchestrate: {timeout: \(text)}").runTimeoutInSeconds == seconds)
  }

  @Test(arguments: ["0", "-5", "1.5h", "m", "5 m", "5d", "1h30m", "169h", "9223372036854775807h", "abc", "٣"])
  func `what is no time is refused`(_ text: String) {
    let error = #expect(throws: PairError.self) { try parseConfig("orchestrate:\n  timeout: \(text)") }
    #expect(error?.message == "'timeout' must be a time from a second to a week, not '\(text)'")
    #expect(error?.location?.description == "config.yaml:2:12")
  }

  @Test(arguments: [
    ("orchestrate:\n  check: []", "2:3", "orchestrate has no key 'check'"),
    ("orchestrate:\n  checks:\n    - {name: a, cmd: b}", "3:17", "a check has no key 'cmd'"),
    ("orchestrate:\n  checks:\n    - {run: b}", "3:7", "the check has no 'name'"),
    ("orchestrate:\n  checks:\n    - {name: a, run: ' '}", "3:7", "the check has no 'run'"),
    ("orchestrate:\n  checks: make", "2:11", "'checks' must be a list, not 'make'"),
    ("orchestrate:\n  checks: [make]", "2:12", "a check must be a mapping, not 'make'"),
    (
      "orchestrate:\n  checks:\n  - {name: a, run: b}\n  - {name: a, run: c}", "4:5",
      "two checks are called 'a'"
    ),
    ("orchestrate: [a]", "1:14", "'orchestrate' must be a mapping, not a list"),
    (
      "orchestrate:\n  tasks: ../x", "2:10",
      "'tasks' must be a folder relative to the top of the repository, not '../x'"
    ),
    ("orchestrate:\n  tasks: /x", "2:10", nil),
    (
      "orchestrate:\n  conflicts: wait", "2:14", "'conflicts' must be serialise or warn, not 'wait'"
    ),
    (
      "orchestrate:\n  worktrees: {pools: 1}", "2:15", "worktrees has no key 'pools'"
    ),
    (
      "orchestrate:\n  worktrees: {pool: 65}", "2:21", "'pool' must be a number from 0 to 64, not '65'"
    ),
    (
      "orchestrate:\n  worktrees: {pool: -1}", "2:21", "'pool' must be a number from 0 to 64, not '-1'"
    ),
    (
      "orchestrate:\n  worktrees:\n    setup:\n      - {name: a}", "4:9", "the set-up command has no 'run'"
    ),
    (
      "orchestrate:\n  environment: [A_KEY, $B]", "2:24",
      "an entry of 'environment' must be the name of a variable, or its beginning and '*', not '$B'"
    ),
    ("orchestrate:\n  environment: '*'", "2:16", nil), ("orchestrate:\n  environment: {A: b}", "2:16", nil),
    ("a: 1\na: 2", "2:1", "'a' stands twice, first in line 1"),
    ("just text", "1:1", "the configuration file must be a mapping, not 'just text'"),
  ])
  func `a wrong setting is refused where it stands`(_ text: String, _ place: String, _ message: String?) {
    let error = #expect(throws: PairError.self) { try parseConfig(text) }
    #expect(error?.location?.description == "config.yaml:" + place)
    if let message { #expect(error?.message == message) }
  }

  @Test func `tasks that declare the same files follow each other, if nothing else is said`() throws {
    #expect(try parseConfig("orchestrate: {}").conflicts == .serialise)
    #expect(try parseConfig("orchestrate: {conflicts: warn}").conflicts == .warn)
  }

  @Test func `the environment is a list of names and beginnings of names`() throws {
    #expect(
      try parseConfig("orchestrate: {environment: [SSH_AUTH_SOCK, MY_*]}").environment == [
        "SSH_AUTH_SOCK", "MY_*",
      ])
    #expect(try parseConfig("orchestrate: {environment: A_KEY}").environment == ["A_KEY"])
    #expect(try parseConfig("orchestrate: {}").environment == [])
  }

  @Test func `an unknown key comes with the known ones`() {
    let error = #expect(throws: PairError.self) { try parseConfig("orchestrate: {cheques: 3}") }
    #expect(
      error?.hint
        == "Known keys: checks, timeout, tasks, routing, models, limits, changes, budget, worktrees, hooks, conflicts, environment, sandbox."
    )
  }

  @Test func `routing has the team's weights and limits, and the usual ones where it says nothing`() throws {
    let usual = try parseConfig("orchestrate: {}").routing
    #expect(usual == RoutingSettings())
    #expect(usual.weights.sum == 100)
    let own = try parseConfig(
      "orchestrate:\n  routing:\n    weights: {cost: 50, preference: 0.5}\n    complexity: {low: 20}\n"
    ).routing
    #expect(own.weights == ScoreWeights(cost: 50, preference: 0.5))
    #expect((own.lowComplexity, own.mediumComplexity) == (20, 60))
  }

  @Test(arguments: [
    ("weight: {}", "routing has no key 'weight'"), ("weights: {price: 1}", "weights has no key 'price'"),
    ("weights: {cost: -1}", "'cost' must be from 0 to 1000000, not '-1'"),
    ("weights: {strength: 0, cost: 0, context: 0, availability: 0, preference: 0}", nil),
    ("weights: {cost: much}", "'cost' must be a number, not 'much'"),
    ("complexity: {high: 90}", "complexity has no key 'high'"), ("complexity: {low: 61}", nil),
    ("complexity: {low: -1}", nil), ("complexity: {medium: 101}", nil), ("complexity: {low: 1.5}", nil),
  ])
  func `wrong routing settings are refused`(_ text: String, _ message: String?) {
    let error = #expect(throws: PairError.self) { try parseConfig("orchestrate:\n  routing:\n    \(text)\n") }
    #expect(error?.location?.line == 3)
    if let message { #expect(error?.message == message) }
  }

  @Test func `an agent may bring its own command`() throws {
    let found = try parseCapabilities(
      """
      agents:
        aider:
          command: [aider, --message-file, "{prompt_file}"]
          output: codex-jsonl
          variables: [A_KEY]
          cost_per_1k_tokens: 0.01
          context_limit: 1000
      """)
    let command = CommandTemplate(
      words: ["aider", "--message-file", "{prompt_file}"], output: .codexJSONL, variables: ["A_KEY"])
    #expect(found.profiles.last?.command == command)
    #expect(found.profiles.first?.command == nil)
  }

  @Test(arguments: [
    ("x: {command: [./run.sh], cost_per_1k_tokens: 0, context_limit: 9}", "must begin with a program's name"),
    ("x: {command: [], cost_per_1k_tokens: 0, context_limit: 9}", "must begin with a program's name"),
    (
      "x: {command: ['{prompt}'], cost_per_1k_tokens: 0, context_limit: 9}",
      "must begin with a program's name"
    ),
    ("x: {command: run it, cost_per_1k_tokens: 0, context_limit: 9}", "must be a list of words"),
    (
      "x: {command: [a], output: xml, cost_per_1k_tokens: 0, context_limit: 9}",
      "must be one of plain, claude"
    ),
    ("claude: {command: [a]}", "claude-code is run by an adapter of its own"),
  ])
  func `a command that cannot be one is refused`(_ agent: String, _ message: String) {
    let error = #expect(throws: PairError.self) { try parseCapabilities("agents:\n  \(agent)\n") }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test func `the commands that init offers are valid once they are taken`() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/bpsai-pair/Templates/capabilities.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let start = try #require(text.range(of: "  # gemini:")).lowerBound
    let taken = text[start...].split(separator: "\n").map { $0.replacing("  # ", with: "  ") }
      .filter { $0 != "  #" }
    let found = try parseCapabilities(text[..<start] + taken.joined(separator: "\n"))
    #expect(found.profiles.compactMap(\.command).map(\.program) == ["gemini", "opencode", "aider", "goose"])
  }

  @Test func `models are named by complexity, or one for all`() throws {
    let models = try parseConfig(
      "orchestrate:\n  models:\n    claude: {low: haiku, high: opus}\n    codex-cli: gpt-5\n    aider: x/y\n"
    ).models
    #expect(models[.claudeCode] == [.low: "haiku", .high: "opus"])
    #expect(models[.codexCLI] == [.low: "gpt-5", .medium: "gpt-5", .high: "gpt-5"])
    #expect(models[AgentName("aider")]?[.low] == "x/y")
    #expect(try parseConfig("orchestrate: {}").models == [:])
  }

  @Test(arguments: [
    "claude: {huge: opus}", "claude: [a]", "claude: --evil", "claude: {low: a b}", "claude: ''",
  ])
  func `what names no model is refused`(_ text: String) {
    let error = #expect(throws: PairError.self) { try parseConfig("orchestrate:\n  models:\n    \(text)\n") }
    #expect(error?.location?.line == 3)
  }
}

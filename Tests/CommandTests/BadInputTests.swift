import Foundation
import TestSupport
import Testing

/// Bad input gets a clear error and loses nothing.
@Suite struct BadInputTests {
  /// Files in a repository that has a task, a command, and how it must end.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var files: [String: String] = [:]
    var arguments = ["--task", "TASK-1"]
    var environment: [String: String] = [:]
    let status: Int32
    /// The whole of stderr.
    let errors: String
  }

  static let tasks = ".paircoder/tasks"
  static let good = "---\nid: TASK-1\ntitle: Greet\ncomplexity: 20\n---\nGreet.\n"

  static let cases = [
    Case(
      testDescription: "an unknown task", arguments: ["--task", "TASK-9"], status: 64,
      errors: """
        error: there is no task called TASK-9
        hint: There are: TASK-1.
        """),
    Case(
      testDescription: "an id in two files", files: ["\(tasks)/copy.md": good], status: 65,
      errors: """
        error: TASK-1 stands in 2 files: .paircoder/tasks/TASK-1.task.md, .paircoder/tasks/copy.md
        hint: Give one of them another id, or move the old one into an 'archive' folder.
        """),
    Case(
      testDescription: "an id in two files that differ in case",
      files: ["\(tasks)/copy.md": good.replacingOccurrences(of: "TASK", with: "task")], status: 65,
      errors: """
        error: TASK-1 stands in 2 files: .paircoder/tasks/TASK-1.task.md, .paircoder/tasks/copy.md
        hint: Give one of them another id, or move the old one into an 'archive' folder.
        """),
    Case(
      testDescription: "front matter that is no YAML",
      files: ["\(tasks)/TASK-2.task.md": "---\nid: TASK-2\ntitle: [unclosed\n---\n"],
      arguments: ["--task", "TASK-2"], status: 65,
      errors: """
        error: .paircoder/tasks/TASK-2.task.md:4:1: this is no valid YAML: did not find expected ',' or ']' while parsing a flow sequence
        hint: Texts that hold ': ' or ' #', or begin with a sign, need quotes.
        """),
    Case(
      testDescription: "a complexity that is no number",
      files: ["\(tasks)/TASK-2.task.md": "---\nid: TASK-2\ncomplexity: very\n---\n"],
      arguments: ["--task", "TASK-2"], status: 65,
      errors: """
        error: .paircoder/tasks/TASK-2.task.md:3:13: the complexity must be a whole number from 0 to 100, not 'very'
        hint: Write it as a number, for example 'complexity: 45'.
        """),
    Case(
      testDescription: "an agent in a task that nobody knows",
      files: ["\(tasks)/TASK-2.task.md": "---\nid: TASK-2\nagent: hal\n---\n"],
      arguments: ["--task", "TASK-2"], status: 65,
      errors: """
        error: .paircoder/tasks/TASK-2.task.md: the task's 'agent' key: no agent is called 'hal'
        hint: Known agents: claude-code, codex-cli, cursor, recipe. Others can be added under 'agents:' in .paircoder/capabilities.yaml.
        """),
    Case(
      testDescription: "a path for an id", arguments: ["--task", "../x"], status: 65,
      errors: """
        error: '../x' is not a task id: it must begin with a letter or a digit
        hint: An id looks like TASK-025: a letter or digit first, then letters, digits, '.', '_', '-'.
        """),
    Case(
      testDescription: "an id that is no ref name", arguments: ["--task", "a..b"], status: 65,
      errors: """
        error: 'a..b' is not a task id: it holds '..'
        hint: An id looks like TASK-025: a letter or digit first, then letters, digits, '.', '_', '-'.
        """),
    Case(
      testDescription: "an empty id", arguments: ["--task", ""], status: 65,
      errors: """
        error: '' is not a task id: it is empty
        hint: An id looks like TASK-025: a letter or digit first, then letters, digits, '.', '_', '-'.
        """),
    Case(
      testDescription: "a path for an id in a file",
      files: ["\(tasks)/TASK-2.task.md": "---\nid: ../../x\n---\n"], arguments: ["--task", "TASK-2"],
      status: 65,
      errors: """
        error: .paircoder/tasks/TASK-2.task.md:2:5: '../../x' is not a task id: it must begin with a letter or a digit
        hint: An id looks like TASK-025: a letter or digit first, then letters, digits, '.', '_', '-'.
        """),
    Case(
      testDescription: "an agent that nobody knows", arguments: ["--task", "TASK-1", "--prefer", "hal"],
      status: 64,
      errors: """
        error: no agent is called 'hal'
        hint: Known agents: claude-code, codex-cli, cursor, recipe. Others can be added under 'agents:' in .paircoder/capabilities.yaml.
        """),
    Case(
      testDescription: "a cost that is no number",
      arguments: ["--task", "TASK-1", "--max-cost", "cheap"], status: 64,
      errors: """
        error: --max-cost: 'cheap' is not an amount of US dollars
        hint: Write it as a number, for example --max-cost 0.50
        """),
    Case(
      testDescription: "a cost below zero", arguments: ["--task", "TASK-1", "--max-cost", "-1"], status: 64,
      errors: """
        error: --max-cost: '-1' is not an amount of US dollars
        hint: Write it as a number, for example --max-cost 0.50
        """),
    Case(
      testDescription: "a cost that is not finite", arguments: ["--task", "TASK-1", "--max-cost", "nan"],
      status: 64,
      errors: """
        error: --max-cost: 'nan' is not an amount of US dollars
        hint: Write it as a number, for example --max-cost 0.50
        """),
    Case(
      testDescription: "a cost below every estimate", arguments: ["--task", "TASK-1", "--max-cost", "0.01"],
      status: 69,
      errors: """
        error: no agent can take TASK-1: codex-cli: estimate $0.10 is over --max-cost $0.01; cursor: not installed; claude-code: not installed
        hint: Raise --max-cost, or split the task.
        """),
    Case(
      testDescription: "a base that is no commit", arguments: ["--task", "TASK-1", "--base", "nowhere"],
      status: 64,
      errors: """
        error: --base: no commit is called 'nowhere'
        hint: Name a branch, a tag or a commit; 'git log --oneline' lists commits.
        """),
    Case(
      testDescription: "a configuration that is no YAML",
      files: [".paircoder/config.yaml": "orchestrate:\n  checks: [\n"], status: 65,
      errors: """
        error: .paircoder/config.yaml:3:1: this is no valid YAML: did not find expected node content while parsing a flow node
        hint: Texts that hold ': ' or ' #', or begin with a sign, need quotes.
        """),
    Case(
      testDescription: "a setting that nobody reads",
      files: [".paircoder/config.yaml": "orchestrate:\n  cheks: []\n"], status: 65,
      errors: """
        error: .paircoder/config.yaml:2:3: orchestrate has no key 'cheks'
        hint: Known keys: checks, timeout, tasks, routing, models, limits, changes, budget, worktrees, hooks, conflicts, environment, sandbox.
        """),
    Case(
      testDescription: "a capability of the wrong type",
      files: [".paircoder/capabilities.yaml": "agents:\n  codex-cli:\n    context_limit: much\n"], status: 65,
      errors: """
        error: .paircoder/capabilities.yaml:3:20: 'context_limit' must be a whole number, not 'much'
        """),
    Case(
      testDescription: "no name for the committer", environment: ["GIT_CONFIG_GLOBAL": "/dev/null"],
      status: 78,
      errors: """
        TASK-1 → codex-cli (auto-edit), about $0.10: rapid implementation wants rapid-iteration; codex-cli is the only agent that can take it
        error: git does not know who you are
        hint: git config user.name 'Your Name' && git config user.email you@example.com
        """),
  ]

  @Test(arguments: cases)
  func `it ends with its status, a reason and a way out, and nothing is changed`(bad: Case) throws {
    let repository = try ScratchRepository.with()
    try repository.write("\(Self.tasks)/TASK-1.task.md", Self.good)
    for (name, text) in bad.files { try repository.write(name, text) }
    try repository.commit("Tasks")
    try repository.install(standIn: "codex")
    let before = try repository.everything()
    let run = try Invocation.run(
      Pair.program, ["orchestrate"] + bad.arguments, in: repository.path,
      environment: repository.scratch.environment.merging(bad.environment) { $1 })
    #expect(run.status == bad.status)
    #expect(run.errors == bad.errors + "\n")
    #expect(run.output == "")
    #expect(try repository.everything() == before)
    #expect(!repository.scratch.exists("state/bpsai-pair/worktrees"))
  }

  @Test(arguments: [
    [], ["--task", "TASK-1", "--plan", "x"], ["--dry-run"],
  ])
  func `either a task or a plan has to be named`(arguments: [String]) throws {
    let scratch = try ScratchFolder()
    let run = try Invocation.run(
      Pair.program, ["orchestrate"] + arguments, in: scratch.path, environment: scratch.environment)
    #expect(run.status == 64)
    #expect(
      run.errors.hasPrefix(
        "Error: Name what to carry out: --task ID, --workflow FILE, --plan NAME or --queued.\n"))
  }

  @Test func `a file that is no UTF-8 is an error in that file`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: "Greet."))
    let path = ".paircoder/tasks/TASK-2.task.md"
    try Data("---\nid: TASK-2\n---\nGr\u{00FC}n: ".utf8 + [0xFF, 0x0A])
      .write(to: URL(fileURLWithPath: repository.path + "/" + path))
    let run = try repository.pair("orchestrate", "--task", "TASK-2", ends: 65, touching: .nothing)
    #expect(run.errors.hasPrefix("error: \(path):4:"))
    #expect(run.errors.contains("UTF-8"))
    let status = try repository.pair("status", touching: .nothing)
    #expect(status.errors.hasPrefix("error: \(path):4:"))
    #expect(status.output.contains("TASK-1  pending"))
  }

  /// As root there is no file that may not be read; one that is too large is let be in the same way.
  @Test func `a file that cannot be read keeps nobody from the others`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: "Greet."))
    let path = ".paircoder/tasks/TASK-2.task.md"
    try repository.write(path, "---\nid: TASK-2\n---\n")
    if geteuid() == 0 {
      #expect(truncate(repository.path + "/" + path, 17 << 20) == 0)
    } else {
      #expect(chmod(repository.path + "/" + path, 0) == 0)
    }
    let status = try repository.pair("status", touching: .nothing)
    #expect(status.errors.hasPrefix("error: \(path): reading "))
    #expect(status.output.contains("TASK-1  pending"))
    let run = try repository.pair("orchestrate", "--task", "TASK-2", ends: 65, touching: .nothing)
    #expect(run.errors.hasPrefix("error: \(path): reading "))
    try repository.pair("route", "TASK-1", touching: .nothing)
  }

  @Test func `an unknown task, wherever it is named, is an error`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: "Greet."))
    let log = try repository.pair("log", "TASK-9", ends: 64, touching: .nothing)
    #expect(log.errors == "error: there is no task called TASK-9\nhint: There are: TASK-1.\n")
    for command in ["review", "discard", "retry", "resume", "cancel", "unlock"] {
      let run = try repository.pair(command, "TASK-9", ends: 64, touching: .nothing)
      #expect(run.errors.hasPrefix("error: there is no task called TASK-9\n"))
    }
    let known = try repository.pair("log", "TASK-1", touching: .nothing)
    #expect(known.errors == "TASK-1 has no history yet.\n")
  }

  @Test(arguments: [[], ["orchestrate", "--task"], ["log"], ["fly"], ["status", "--fast"]])
  func `a command that is called wrongly shows how it is called`(arguments: [String]) throws {
    let scratch = try ScratchFolder()
    let run = try Invocation.run(
      Pair.program, arguments, in: scratch.path, environment: scratch.environment)
    #expect(run.status == (arguments.isEmpty ? 0 : 64))
    #expect((arguments.isEmpty ? run.output : run.errors).contains("bpsai-pair"))
  }
}

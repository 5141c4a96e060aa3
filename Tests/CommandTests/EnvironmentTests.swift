import Foundation
import TestSupport
import Testing

/// `orchestrate: environment:`
@Suite struct EnvironmentTests {
  private func asking(_ list: String, recipe: String, check: String = "true") throws -> ScratchRepository {
    let repository = try ScratchRepository.with(TaskText("TASK-1", recipe: recipe))
    try repository.write(
      ".paircoder/config.yaml",
      "orchestrate:\n  environment: \(list)\n  checks:\n    - {name: seen, run: '\(check)'}\n")
    try repository.commit("Ask for variables")
    try repository.pair("trust", "TASK-1", "checks", touching: .nothing)
    return repository
  }

  private static let shown = "env | grep -E \"^(MY_|OTHER|SSH_AUTH_SOCK)\" | sort > hello.txt"
  private static let variables = ["MY_TOKEN": "a", "MY_MODE": "b", "OTHER": "c", "SSH_AUTH_SOCK": "/d"]

  @Test func `what the configuration asks for is passed once each name is approved`() throws {
    let repository = try asking(
      "[MY_*, SSH_AUTH_SOCK]", recipe: Self.shown, check: "test \"$MY_TOKEN$SSH_AUTH_SOCK$OTHER\" = a/d")
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", ends: 77, touching: .nothing, environment: Self.variables)
    #expect(
      run.errors.hasSuffix(
        """
        error: the variable 'MY_*' has not been approved for agents, checks and set-up commands
        hint: Read 'environment' in .paircoder/config.yaml, then: bpsai-pair trust environment

        """))
    #expect(
      try repository.pair("trust").output.contains(
        "the variable 'MY_*': not approved\n    environment: MY_*\n"))
    try repository.pair("trust", "environment", touching: .nothing)
    try repository.pair("orchestrate", "--task", "TASK-1", environment: Self.variables)
    #expect(
      try repository.text(of: "hello.txt", at: "paircoder/TASK-1")
        == "MY_MODE=b\nMY_TOKEN=a\nSSH_AUTH_SOCK=/d")
  }

  @Test func `an agent that only reads gets none that is not approved either`() throws {
    let repository = try asking("[MY_TOKEN]", recipe: "true")
    let task = TaskText("TASK-2", fields: ["type: design", "agent: claude-code"], body: "Think.")
    try repository.write(task.path, task.text)
    try repository.commit("A task to read")
    try repository.scratch.write("bin/claude", "#!/bin/sh\ntouch \"$HOME/ran\"\n", executable: true)
    #expect(try JSON(repository.pair("route", "TASK-2", "--json").output)["mode"].text == "plan")
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-2", ends: 77, touching: .nothing, environment: ["ANTHROPIC_API_KEY": "x"]
    )
    #expect(run.errors.contains("the variable 'MY_TOKEN' has not been approved"))
    #expect(!repository.scratch.exists("home/ran"))
  }

  @Test func `without it a recipe and a check get what programs commonly need`() throws {
    let repository = try asking(
      "[]", recipe: Self.shown + "; echo \"$GOFLAGS\" >> hello.txt", check: "! env | grep MY_")
    try repository.pair(
      "orchestrate", "--task", "TASK-1", environment: Self.variables.merging(["GOFLAGS": "-mod=mod"]) { $1 })
    #expect(try repository.text(of: "hello.txt", at: "paircoder/TASK-1") == "-mod=mod")
  }

  /// Git runs it as it fills the worktree and as it reads what an agent left there.
  @Test func `a filter gets no variable of the user's`() throws {
    let repository = try asking("[]", recipe: "echo a > hello.txt")
    try repository.write(".gitattributes", "*.txt filter=spy\n")
    try repository.write("some.txt", "x\n")
    try repository.commit("A file that is filtered")
    let log = repository.scratch.path + "/seen"
    try repository.scratch.write("bin/spy", "#!/bin/sh\nenv >> '\(log)'\nexec cat\n", executable: true)
    for way in ["clean", "smudge"] { try repository.git(["config", "filter.spy.\(way)", "spy"]) }
    try repository.pair("orchestrate", "--task", "TASK-1", environment: Self.variables)
    let seen = try #require(repository.scratch.read("seen"))
    #expect(seen.contains("PATH="))
    #expect(!seen.contains("MY_") && !seen.contains("SSH_AUTH_SOCK") && !seen.contains("OTHER"))
  }
}

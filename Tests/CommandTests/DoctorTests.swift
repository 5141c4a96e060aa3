import Foundation
import TestSupport
import Testing

@Suite struct DoctorTests {
  private func repository() throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    try repository.install(standIn: "claude")
    return repository
  }

  private let key = ["ANTHROPIC_API_KEY": "a made-up value"]

  /// What `doctor` says of `topic`: each line with its level.
  private func findings(
    on topic: String, in repository: ScratchRepository, ends status: Int32,
    environment more: [String: String] = [:], at sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String] {
    let run = try repository.pair(
      "doctor", "--json", ends: status, touching: .nothing, environment: key.merging(more) { $1 },
      at: sourceLocation)
    return try JSON(run.output)["items"].list.filter { $0["topic"] == topic }
      .map { "\($0["level"].text): \($0["finding"].text)" }
  }

  @Test func `where all is well there is a line each, and nothing is changed`() throws {
    let repository = try repository()
    let run = try repository.pair("doctor", touching: .nothing, environment: key)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.filter { $0.hasPrefix("problem") } == [])
    #expect(lines[0].hasPrefix("ok       git            2."))
    #expect(lines.contains("ok       claude-code    2.1.330"))
    #expect(lines.contains("note     codex-cli      not installed"))
    #expect(lines.contains("ok       user           Ada <ada@example.com>"))
    #expect(!run.output.contains("made-up"))
    #expect(run.errors == "")
    // Not even the folder that it asks agents for their versions in is left.
    let state = try FileManager.default.subpathsOfDirectory(atPath: repository.scratch.path + "/state")
    #expect(Set(state).isSubset(of: ["bpsai-pair", "bpsai-pair/sandbox", "bpsai-pair/versions"]))
  }

  @Test func `problems have a remedy each, and the status 1`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", recipe: "echo x"))
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  checks:\n    - {name: c, run: make}\n")
    try repository.commit()
    let run = try repository.pair("doctor", ends: 1, touching: .nothing)
    #expect(run.output.contains("problem  approvals      the check 'c' has not been approved\n"))
    #expect(run.output.contains("                        → Read it, then: bpsai-pair trust checks\n"))
    #expect(run.output.contains("note     approvals      the recipe of TASK-1 has not been approved\n"))
    #expect(run.output.contains("problem  agents         none is installed, so only recipes can run\n"))
  }

  @Test func `an agent without a login is a problem`() throws {
    let repository = try repository()
    let run = try repository.pair("doctor", ends: 1, touching: .nothing)
    #expect(run.output.contains("problem  claude-code    2.1.330, not logged in\n"))
  }

  @Test(
    arguments: [
      (".paircoder/config.yaml", "orchestrate: 3\n"), (".paircoder/capabilities.yaml", "agents: 3\n"),
      (".paircoder/prompts/plan.md", "{{task}}\n{{x}}\n"),
    ])
  func `an invalid file is told with its place`(_ path: String, _ text: String) throws {
    let repository = try repository()
    try repository.write(path, text)
    let found = try findings(on: "configuration", in: repository, ends: 1)
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("problem: \(path):"))
  }

  @Test func `a prompt under a name that nobody reads is told`() throws {
    let repository = try repository()
    for name in ["plan.md", "autoedit.md", "README"] {
      try repository.write(".paircoder/prompts/\(name)", "{{task}}\n")
    }
    #expect(
      try findings(on: "prompts", in: repository, ends: 0) == [
        "note: .paircoder/prompts/README is read by nobody",
        "note: .paircoder/prompts/autoedit.md is read by nobody",
      ])
    let text = try repository.pair("doctor", touching: .nothing, environment: key).output
    #expect(text.contains("→ Known names: plan.md, review.md, auto-edit.md, auto.md, full-auto.md.\n"))
  }

  @Test func `what a repository has that needs care is noted`() throws {
    let repository = try repository()
    try repository.write("data/.gitattributes", "*.bin filter=lfs\n")
    let head = try repository.git(["rev-parse", "HEAD"])
    try repository.git(["update-index", "--add", "--cacheinfo", "160000,\(head),sub"])
    try FileManager.default.createDirectory(
      atPath: repository.path + "/sub", withIntermediateDirectories: true)
    try repository.git(["add", "data"])
    try repository.git(["commit", "--quiet", "-m", "x"])
    try repository.git(["config", "core.hooksPath", "tools/hooks"])
    try repository.git(["config", "remote.origin.promisor", "true"])
    try repository.write(".git/shallow", "\(head)\n")
    #expect(try findings(on: "clone", in: repository, ends: 1).count == 2)
    #expect(
      try findings(on: "lfs", in: repository, ends: 1) == [
        "problem: files are in LFS, and git-lfs is not on PATH"
      ])
    #expect(try findings(on: "submodules", in: repository, ends: 1).count == 1)
    let hooks = try findings(on: "hooks", in: repository, ends: 1)
    #expect(hooks.first?.hasPrefix("note: core.hooksPath is tools/hooks, in the checkout") == true)
    try repository.scratch.write("bin/git-lfs", "#!/bin/sh\n", executable: true)
    #expect(try findings(on: "lfs", in: repository, ends: 0).first?.hasPrefix("note: ") == true)
  }

  @Test(
    arguments: [
      (
        [("remote.a.b.fetch", "+refs/*:refs/*")],
        "'git fetch a.b' overwrites refs/paircoder/: it fetches +refs/*:refs/*"
      ),
      (
        [("remote.o.fetch", "+refs/heads/*:refs/heads/*"), ("fetch.prune", "true")],
        "'git fetch o' deletes refs/heads/paircoder/: it fetches +refs/heads/*:refs/heads/*"
      ),
      (
        [("remote.o.fetch", "refs/*:refs/paircoder/*"), ("remote.o.prune", "true")],
        "'git fetch o' deletes refs/paircoder/: it fetches refs/*:refs/paircoder/*"
      ),
      (
        [("remote.o.mirror", "true")],
        "'git push o' is a mirror: it publishes refs/paircoder, snapshots included"
      ),
      ([("remote.o.fetch", "+refs/heads/*:refs/remotes/o/*"), ("fetch.prune", "true")], ""),
      ([("remote.o.fetch", "^refs/heads/x"), ("remote.o.mirror", "false")], ""),
      ([("remote.o.fetch", "+refs/heads/main:refs/heads/main")], ""),
    ] as [([(String, String)], String)])
  func `remotes that take our refs for theirs are problems`(_ settings: [(String, String)], _ words: String)
    throws
  {
    let repository = try repository()
    for (name, value) in settings { try repository.git(["config", name, value]) }
    let found = try findings(on: "remotes", in: repository, ends: words.isEmpty ? 0 : 1)
    #expect(found == [words.isEmpty ? "ok: none touches refs/paircoder" : "problem: \(words)"])
  }

  @Test func `a state folder that cannot be written is a problem`() throws {
    let repository = try repository()
    try repository.scratch.write("file", "")
    let state = repository.scratch.path + "/file/state"
    let found = try findings(
      on: "state folder", in: repository, ends: 1, environment: ["XDG_STATE_HOME": state])
    #expect(found == ["problem: \(state)/bpsai-pair cannot be written"])
  }

  @Test(arguments: ["2.37.7", "1.9", "x"])
  func `a git that is too old is unsupported`(_ version: String) throws {
    let repository = try repository()
    try repository.scratch.write("bin/git", "#!/bin/sh\necho git version \(version)\n", executable: true)
    let found = try findings(on: "git", in: repository, ends: 78)
    #expect(found == ["problem: \(version) is too old"])
  }

  @Test func `a repository that cannot be read is unsupported, and all else is told`() throws {
    let repository = try repository()
    try FileManager.default.removeItem(atPath: repository.gitDirectory)
    try repository.git(["init", "--quiet", "--object-format=sha256"])
    let run = try repository.pair("doctor", ends: 78, touching: .nothing, environment: key)
    #expect(run.output.contains("\nproblem  repository    "))
    #expect(run.output.contains("→ SHA-256 and reftable repositories cannot be read yet.\n"))
    #expect(run.output.contains("\nok       claude-code   2.1.330\n"))
  }

  @Test func `a repository without a commit has nothing to start from`() throws {
    let repository = try ScratchRepository()
    #expect(
      try findings(on: "content", in: repository, ends: 1).first?.hasPrefix("problem: there is no commit")
        == true)
  }
}

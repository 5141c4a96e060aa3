import Foundation
import TestSupport
import Testing

/// The program under test, as it was built beside the tests.
enum Pair {
  static let program = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("bpsai-pair").path
}

extension ScratchRepository {
  /// What a command may change.
  enum Touch {
    /// Our own refs and files; everything of the user's must compare equal.
    case ours
    /// Not one byte in the repository.
    case nothing
    /// The same, but for the lease's file: a command that changes a task takes the lease before it looks.
    case leases
    /// The user's files: that is what the command is for.
    case theUsersFiles
  }

  /// Runs the program in the repository and checks its status, that it left alone what is not its own, and that what
  /// it printed with `--json` is what docs/schemas says.
  ///
  /// - Parameters:
  ///   - status: the exit status that it must end with.
  ///   - touching: what it may change.
  @discardableResult
  func pair(
    _ arguments: String..., ends status: Int32 = 0, touching: Touch = .ours,
    environment more: [String: String] = [:], at sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Invocation {
    try pair(arguments, ends: status, touching: touching, environment: more, at: sourceLocation)
  }

  @discardableResult
  func pair(
    _ arguments: [String], ends status: Int32 = 0, touching: Touch = .ours,
    environment more: [String: String] = [:], at sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Invocation {
    let before = try state(for: touching)
    let run = try Invocation.run(
      Pair.program, arguments, in: path, environment: scratch.environment.merging(more) { $1 })
    #expect(
      run.status == status, "bpsai-pair \(arguments.joined(separator: " "))\n\(run)",
      sourceLocation: sourceLocation)
    expect(try state(for: touching), equals: before, at: sourceLocation)
    if arguments.contains("--json") {
      let faults = try Schemas.faults(in: run.output)
      #expect(faults == [], "\(arguments.joined(separator: " "))\n\(run)", sourceLocation: sourceLocation)
    }
    return run
  }

  /// Starts the program in the repository; whoever does so compares the user's state.
  func startPair(_ arguments: String..., environment more: [String: String] = [:]) throws -> RunningProgram {
    try startPair(arguments, environment: more)
  }

  func startPair(_ arguments: [String], environment more: [String: String] = [:]) throws -> RunningProgram {
    try RunningProgram(
      Pair.program, arguments, in: path, environment: scratch.environment.merging(more) { $1 })
  }

  /// Checks that nothing of the user's differs from `before`, and names what does.
  func expectUserState(
    _ before: [String: String], at sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    expect(try userState(), equals: before, at: sourceLocation)
  }

  private func state(for touching: Touch) throws -> [String: String] {
    switch touching {
    case .ours: try userState()
    case .nothing: try everything()
    case .leases: try everything().filter { !$0.key.hasPrefix(".git/paircoder/leases/") }
    case .theUsersFiles: [:]
    }
  }

  private func expect(
    _ after: [String: String], equals before: [String: String], at sourceLocation: SourceLocation
  ) {
    let names = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
    #expect(names == [], "these were changed", sourceLocation: sourceLocation)
  }
}

extension ScratchRepository {
  /// A repository whose first commit holds `tasks`, each as `.paircoder/tasks/<ID>.task.md`.
  static func with(_ tasks: TaskText...) throws -> ScratchRepository {
    let repository = try ScratchRepository()
    try repository.write("README.md", "A project.\n")
    for task in tasks { try repository.write(task.path, task.text) }
    try repository.commit("Start")
    return repository
  }

  /// The same, of a person who wants no sandbox: what an agent reaches without one.
  func withoutSandbox() throws -> ScratchRepository {
    try git(["config", "--global", "bpsai-pair.sandbox", "off"])
    return self
  }

  /// A repository with `task` in its first commit, the recipe in it approved.
  static func trusting(_ task: TaskText) throws -> ScratchRepository {
    let repository = try ScratchRepository.with(task)
    try repository.pair("trust", task.id)
    return repository
  }

  /// Puts the stand-in for an agent's program onto PATH.
  ///
  /// - Parameter script: what it does before anything else but its version is asked for.
  func install(standIn name: String, doingFirst script: String = "") throws {
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures").appendingPathComponent(name)
    let text = try String(contentsOf: fixture, encoding: .utf8)
    let end = "\ndone\n\n"
    try #require(text.contains(end))
    try scratch.write(
      "bin/" + name, text.replacingOccurrences(of: end, with: "\ndone\n\(script)\n"), executable: true)
  }

  /// From now on the stand-in for the agent `name` ends by itself.
  func stopWaiting(standIn name: String) throws {
    let text = try #require(scratch.read("bin/\(name)"))
    try scratch.write(
      "bin/\(name)", text.replacingOccurrences(of: "STANDIN: wait", with: "STANDIN: nobody"), executable: true
    )
  }

  func hasRef(_ name: String) throws -> Bool {
    try runGit(["rev-parse", "--verify", "--quiet", name]).status == 0
  }

  func hasBranch(of task: String) throws -> Bool { try hasRef("refs/heads/paircoder/\(task)") }

  /// A file's text as a commit holds it.
  func text(of path: String, at commit: String) throws -> String {
    try git(["cat-file", "blob", "\(commit):\(path)"])
  }

  /// The files in which `commit` differs from HEAD.
  func changedFiles(in commit: String) throws -> [String] {
    try git(["diff", "--name-only", "HEAD", commit]).split(separator: "\n").map(String.init)
  }

  /// The values of one of our trailers in a task's log, oldest first.
  func logged(_ key: String, of task: String) throws -> [String] {
    try git([
      "log", "--reverse", "--format=%(trailers:key=PairCoder-\(key),valueonly,separator=%x2C)",
      "refs/paircoder/tasks/\(task)",
    ]).split(separator: "\n").map(String.init)
  }

  /// The refs that keep what runs of a task left behind.
  func snapshots(of task: String) throws -> [String] {
    try git(["for-each-ref", "--format=%(refname)", "refs/paircoder/snapshots/\(task)"])
      .split(separator: "\n").map(String.init)
  }

  /// Whether only the user's own worktree is there, and clean ones that wait for their next run.
  func hasNoWorktreeInUse() throws -> Bool {
    try git(["worktree", "list", "--porcelain"]).split(separator: "\n").filter { $0.hasPrefix("worktree ") }
      .dropFirst()
      .allSatisfy { line in
        let note = FileManager.default.contents(atPath: line.dropFirst("worktree ".count) + ".note")
        return note.map { String(decoding: $0, as: UTF8.self).contains("\nState: free\n") } ?? false
      }
  }

  /// The folder with the worktrees of runs, below the scratch folder.
  func worktreeRoot() throws -> String {
    let root = "state/bpsai-pair/worktrees"
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/" + root)
    return root + "/" + (try #require(names.first { !$0.hasSuffix("-reviews") }))
  }
}

/// Waits until `condition` holds.
func wait(until condition: () throws -> Bool) throws {
  struct TooLong: Error {}
  let deadline = ContinuousClock.now + .seconds(30)
  while try !condition() {
    if ContinuousClock.now > deadline { throw TooLong() }
    usleep(20_000)
  }
}

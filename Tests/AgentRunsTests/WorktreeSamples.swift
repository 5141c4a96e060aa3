@testable import AgentRuns
import Foundation
import Git
import PairCore
import TestSupport
import Testing

/// A repository with one commit and a run's worktree of it.
struct WorktreeSample {
  let scratch: ScratchRepository
  let base: ObjectID
  let task: TaskID
  let run = RunID(start: Timestamp(secondsSince1970: 0), random: 1)
  let worktree: RunWorktree

  static let ada = Signature(
    name: "Ada", email: "ada@example.com", time: Timestamp(secondsSince1970: 1_700_000_000))

  /// - Parameters:
  ///   - files: stand in the commit, beside `kept`.
  ///   - link: a link to `kept` that stands there, too.
  ///   - root: the folder of worktrees, below the scratch folder.
  init(
    files: [String: String] = [:], link: String? = nil, root: String = "trees",
    setUp: (ScratchRepository) throws -> Void = { _ in }
  )
    async throws
  {
    scratch = try ScratchRepository()
    try scratch.write("kept", "kept\n")
    for (name, text) in files { try scratch.write(name, text) }
    if let link {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path + "/" + link, withDestinationPath: "kept")
    }
    base = try #require(ObjectID(try scratch.commit()))
    try setUp(scratch)
    task = try TaskID("T-1")
    let git = GitCommand(environment: scratch.scratch.environment)
    let made = try await WorktreeMaker(of: scratch.path + "/.git", git: git, effects: .open)
      .add(at: "\(scratch.scratch.path)/\(root)/\(task)", base)
    let repository = try Repository(containing: scratch.path, environment: scratch.scratch.environment)
    worktree = try await made.enclosed(for: run, in: repository, git: git, effects: .open)
  }

  var git: GitCommand { GitCommand(environment: scratch.scratch.environment) }
  func open() throws -> Repository {
    try Repository(containing: scratch.path, environment: scratch.scratch.environment)
  }

  /// Runs a shell in the worktree, as an agent might.
  @discardableResult
  func agent(_ script: String) throws -> String {
    let run = try Invocation.run(
      "/bin/sh", ["-ec", script], in: worktree.path, environment: scratch.scratch.environment)
    #expect(run.status == 0, "\(script): \(run.errors)")
    return run.output
  }

  /// The worktree as git would commit it.
  func tree() async throws -> ObjectID {
    try await worktree.writeTree(git: git, index: scratch.scratch.path + "/index", effects: .open)
  }

  /// - Parameter known: nil for the tree of the base.
  func take(known: Snapshot.Known? = nil) async throws -> Snapshot.Result {
    let done = try await agentGit()
    let repository = try open()
    return try Snapshot.take(
      of: .init(
        worktree, known: known ?? .init(repository.tree(of: base)), commits: done.commits, staged: done.staged
      ),
      task: task, run: run, in: repository, by: WorktreeSample.ada)
  }

  func agentGit() async throws -> AgentGit {
    try await AgentGit.take(from: worktree, of: run, into: open(), git: git, effects: .open)
  }

  /// `mode path` of every entry of `revision`.
  func listed(_ revision: String) throws -> [String] {
    try scratch.git(["-c", "core.quotePath=false", "ls-tree", "-r", revision]).split(separator: "\n").map {
      "\($0.prefix(6)) \($0.split(separator: "\t")[1])"
    }
  }
}

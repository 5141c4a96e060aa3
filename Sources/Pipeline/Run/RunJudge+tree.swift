import AgentRuns
import Git
import TaskFiles
import PairCore

// What stands in the worktree, as git would commit it.
extension RunJudge {
  func treeForTheNextAgent(_ found: Evidence) async -> ObjectID? {
    guard assignment.mode.writes else { return nil }
    do {
      return try await tree(of: found.content)
    } catch {
      // It may have left what git cannot take. The tree is for the note; the snapshot holds the files.
      return nil
    }
  }

  func paths(in tree: ObjectID) throws -> [String] {
    let base = try repository.tree(of: assignment.base)
    return try repository.changes(from: base, to: tree).map(\.path).filter { $0 != assignment.taskPath }
  }

  /// Whose work `tree` is: the agent's if it changed anything beside its task's file, which is set to done, too.
  func work(in tree: ObjectID) throws -> AttributedTree? {
    let previous = try before?.tree ?? repository.tree(of: assignment.base)
    let isItsOwn = try repository.changedPaths(from: previous, to: tree).contains {
      $0 != assignment.taskPath
    }
    guard isItsOwn else { return before }
    let others = before?.agents.filter { $0 != assignment.agent } ?? []
    return AttributedTree(agents: others + [assignment.agent], tree: tree)
  }

  /// Why git does not commit what stands in the worktree.
  struct Refusal: Error { let why: String }

  var index: String { folder + "/index" }

  /// What stands in the worktree now, as git would commit it.
  ///
  /// - Parameter content: what was seen there just now; nil to look.
  /// - Throws: `Refusal` where git cannot commit it.
  func tree(of content: WorktreeContent?) async throws -> ObjectID {
    let git = workspace.git.limited(to: .seconds(spec.config.runTimeoutInSeconds))
    return try await refusing {
      if let why = try await worktree.refusal(
        of: content ?? worktree.content(), git: git, effects: process.effects)
      {
        throw Refusal(why: why)
      }
      return try await worktree.writeTree(git: git, index: index, effects: process.effects)
    }
  }

  func refusing<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
      return try await work()
    } catch  where error.isOfLeavings {
      throw Refusal(why: error.words)
    }
  }

  /// The first path in which the worktree differs from `tree`; nil while it still equals it.
  func difference(from tree: ObjectID) async throws -> String? {
    guard !spec.config.checks.isEmpty else { return nil }
    return try repository.changes(from: tree, to: await self.tree(of: nil)).first?.path
  }

  func missingOutput(of step: StepSpec, in tree: ObjectID) throws -> String? {
    guard let output = step.task.step.output else { return nil }
    let path = output.hasSuffix("/") ? String(output.dropLast()) : output
    let shown = output.escapedForTerminal()
    guard let entry = try repository.entry(at: path, in: tree) else {
      return "the step's output \(shown) is not there"
    }
    guard entry.mode == .folder else {
      return step.task.step.outputIsFolder
        ? "the step's output \(shown) is a file, and was to be a folder" : nil
    }
    // What it made in an earlier round is still its output.
    let before = try repository.tree(of: step.task.round > 1 ? assignment.origin : assignment.base)
    let changes = try repository.changes(from: before, to: tree, below: path)
    return changes.contains { $0.kind != .deleted }
      ? nil : "nothing in the step's output \(shown) is new or changed"
  }
}

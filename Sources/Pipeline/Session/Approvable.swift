import Git
import PairCore
import TaskFiles

/// A command line out of the repository that runs only after an approval.
package struct Approvable: Hashable, Sendable {
  /// Whom it belongs to: a task's id, `checks`, `setup` or `agents`.
  package let owner: String
  /// For people: `the recipe of TASK-030`.
  package let title: String
  package let text: String
}

extension Workspace {
  /// Every recipe, check, set-up command and agent's command of the checkout and of HEAD, or of `revision` alone.
  package func approvables(at revision: String?) throws -> [Approvable] {
    let commit = try revision.map { try requireBase($0) }
    var found = try recipes(at: commit) + commands(at: commit) + agents(at: commit)
    // Runs read the checks from their base commit, which may differ from the checkout.
    if commit == nil, let head = try repository.head().commit {
      found += try commands(at: head) + agents(at: head)
    }
    var seen: Set<Approvable> = []
    return found.filter { seen.insert($0).inserted }
  }

  private func recipes(at commit: ObjectID?) throws -> [Approvable] {
    try settings(at: commit).library.tasks().tasks.compactMap { task in
      task.recipe.map { Approvable(owner: task.id.text, title: "the recipe of \(task.id)", text: $0) }
    }
  }

  private func commands(at commit: ObjectID?) throws -> [Approvable] {
    let config = try settings(at: commit).config
    return config.worktrees.setup.map {
      Approvable(owner: "setup", title: "the set-up command '\($0.name)'", text: $0.run)
    } + config.checks.map { Approvable(owner: "checks", title: "the check '\($0.name)'", text: $0.run) }
  }

  private func agents(at commit: ObjectID?) throws -> [Approvable] {
    try settings(at: commit).capabilities.profiles.compactMap { profile in
      profile.command.map {
        Approvable(owner: "agents", title: "the command of \(profile.name)", text: $0.text)
      }
    }
  }
}

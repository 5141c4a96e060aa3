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

  /// Every recipe, check, set-up command and agent's command of the checkout and of HEAD, or of `revision` alone.
  package static func all(at revision: String?, in workspace: Workspace) throws -> [Approvable] {
    let settings = workspace.settings(at: try revision.map { try workspace.requireBase($0) })
    var found = try recipes(settings) + commands(settings)
    // Runs read the checks from their base commit, which may differ from the checkout.
    if revision == nil, let head = try workspace.repository.head().commit {
      found += try commands(workspace.settings(at: head))
    }
    var seen: Set<Approvable> = []
    return found.filter { seen.insert($0).inserted }
  }

  private static func recipes(_ settings: BaseSettings) throws -> [Approvable] {
    try settings.library.tasks().tasks.compactMap { task in
      task.recipe.map { Approvable(owner: task.id.text, title: "the recipe of \(task.id)", text: $0) }
    }
  }

  private static func commands(_ settings: BaseSettings) throws -> [Approvable] {
    let config = try settings.config
    let setup = config.worktrees.setup.map {
      Approvable(owner: "setup", title: "the set-up command '\($0.name)'", text: $0.run)
    }
    let checks = config.checks.map {
      Approvable(owner: "checks", title: "the check '\($0.name)'", text: $0.run)
    }
    let agents = try settings.capabilities.profiles.compactMap { profile in
      profile.command.map {
        Approvable(owner: "agents", title: "the command of \(profile.name)", text: $0.text)
      }
    }
    return setup + checks + agents
  }
}

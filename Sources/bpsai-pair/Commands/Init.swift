import ArgumentParser
import Host
import PairCore
import Pipeline

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Set up .paircoder/ in this repository.",
    discussion: "Writes capabilities.yaml, config.yaml and a folder for tasks. Overwrites nothing.")

  func run() throws {
    let workspace = try Workspace.ofProcess()
    let top = try workspace.requireCheckout(for: "init")
    let effects = workspace.process.effects
    try Files.makeFolder(top + "/" + Workspace.tasksPath, effects: effects)
    for (path, content) in [
      (Workspace.capabilitiesPath, PackageResources.capabilities_yaml),
      (Workspace.configPath, PackageResources.config_yaml),
      (Workspace.tasksPath + "/.gitkeep", []),
    ] {
      let isNew = try AtomicFile.create(top + "/" + path, with: content, effects: effects)
      Terminal.print("\(isNew ? "wrote " : "kept  ") \(path)")
    }
    Terminal.print(
      """

      Next:
        1. Write a task, say \(Workspace.tasksPath)/TASK-1.task.md:

             ---
             id: TASK-1
             title: Fix the crash on an empty file
             type: bugfix
             complexity: 20
             status: pending
             ---
             # Acceptance Criteria
             - [ ] An empty file is read as no entries

        2. See who would do it, and why:  bpsai-pair orchestrate --task TASK-1 --dry-run
        3. Have it done:                  bpsai-pair orchestrate --task TASK-1
        4. Route on every commit:         bpsai-pair hooks install
      """)
  }
}

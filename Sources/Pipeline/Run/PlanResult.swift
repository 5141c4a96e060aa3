import Git
import PairCore
import TaskFiles

/// In plan mode the agent's final message is the result. Its file and the task's status are put onto the
/// base's tree: what the agent wrote in spite of the mode stays out.
struct PlanResult {
  let tree: ObjectID
  let path: String
  let findings: [Finding]

  /// - Parameter isDone: whether the task is, with that.
  init(
    _ message: String, of spec: RunSpec, _ assignment: Assignment, isDone: Bool, in workspace: Workspace
  ) throws {
    let step = spec.request.step?.task
    let path =
      step?.step.resultPath(of: assignment.task, in: Workspace.resultsPath)
      ?? PlanResult.path(of: assignment.task)
    let text = message.hasSuffix("\n") ? message : message + "\n"
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let added = lines.enumerated().map { AddedLine(number: $0 + 1, text: String($1)) }
    // A place that the workflow names may be one that a person has to look at.
    let policy = ChangePolicy(
      scope: [path], ownPaths: step?.step.output == nil ? [path] : [],
      credentials: workspace.credentials)
    findings = policy.judge([FileChange(path: path, kind: .added, addedLines: added)])

    let base = try workspace.repository.tree(of: assignment.base)
    var entries = [
      Repository.TreeEntry(path: path, id: try workspace.repository.writeBlob(Array(text.utf8)), mode: .file)
    ]
    if isDone, let entry = try workspace.repository.entry(at: assignment.taskPath, in: base),
      entry.mode == .file,
      let done = TaskFile.settingStatus(in: try workspace.repository.blob(entry.id), to: .done)
    {
      entries.append(.init(path: entry.path, id: try workspace.repository.writeBlob(done), mode: .file))
    }
    tree = try workspace.repository.writeTree(on: base, putting: entries)
    self.path = path
  }

  /// Where the result of a task lies that writes none itself.
  static func path(of task: TaskID) -> String { "\(Workspace.resultsPath)/\(task).md" }
}

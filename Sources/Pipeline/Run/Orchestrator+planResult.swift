import Git
import PairCore
import TaskFiles

extension Orchestrator {
  /// In plan mode the agent's final message is the result. Its file and the task's status are put onto the base's
  /// tree, so whatever the agent wrote in spite of the mode stays out.
  ///
  /// - Parameter isDone: whether the task is, with that.
  func planResult(
    _ message: String, _ context: RunContext, baseTree: ObjectID, isDone: Bool
  ) throws -> (tree: ObjectID, paths: [String], findings: [Finding]) {
    let task = context.assignment.task
    let step = context.order.request.step?.task
    let path = step?.step.resultPath(of: task, in: Workspace.resultsPath) ?? resultPath(of: task)
    let text = message.hasSuffix("\n") ? message : message + "\n"
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let added = lines.enumerated().map { AddedLine(number: $0 + 1, text: String($1)) }
    // A place that the workflow names may be one that a person has to look at.
    let policy = ChangePolicy(
      scope: [path], ownPaths: step?.step.output == nil ? [path] : [], credentials: credentials)
    let findings = policy.judge([FileChange(path: path, kind: .added, addedLines: added)])

    var entries = [
      Repository.TreeEntry(path: path, id: try repository.writeBlob(Array(text.utf8)), mode: .file)
    ]
    if isDone, let entry = try repository.entry(at: context.assignment.taskPath, in: baseTree),
      entry.mode == .file,
      let done = TaskFile.settingStatus(in: try repository.blob(entry.id), to: .done)
    {
      entries.append(.init(path: entry.path, id: try repository.writeBlob(done), mode: .file))
    }
    let tree = try repository.writeTree(on: baseTree, putting: entries)
    return (tree, [path], findings)
  }
}

import PairCore

extension WorkflowSpec {
  /// What to type to carry out a workflow.
  ///
  /// - Parameters:
  ///   - file: as `--workflow` takes it; nil where the task names its workflow.
  ///   - task: nil where the workflow is carried out by itself.
  package static func command(workflow file: String?, task: String?) -> String {
    let parts = ["bpsai-pair orchestrate"] + (file.map { ["--workflow \($0.quotedForShell)"] } ?? [])
    return (parts + (task.map { ["--task \($0.escapedForTerminal(limit: 100))"] } ?? [])).joined(
      separator: " ")
  }
}

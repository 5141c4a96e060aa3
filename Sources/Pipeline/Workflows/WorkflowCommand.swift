import PairCore

extension WorkflowOrder {
  /// What to type to carry out a workflow.
  ///
  /// - Parameters:
  ///   - file: as `--workflow` takes it; nil where the task names its workflow.
  ///   - task: nil where the workflow is carried out by itself.
  public static func command(workflow file: String?, task: String?) -> String {
    let parts = ["bpsai-pair orchestrate"] + (file.map { ["--workflow \(quoted($0))"] } ?? [])
    return (parts + (task.map { ["--task \($0.escapedForTerminal(limit: 100))"] } ?? [])).joined(
      separator: " ")
  }

  /// `path` as a shell reads it.
  static func quoted(_ path: String) -> String {
    let isPlain = path.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || "0123456789._-/".unicodeScalars.contains($0)
    }
    return isPlain ? path : "'\(path.escapedForTerminal(limit: 300).replacing("'", with: #"'\''"#))'"
  }
}

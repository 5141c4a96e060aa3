import Pipeline
import Testing

@Suite struct WorkflowCommandTests {
  @Test(
    arguments: [
      ("auth", nil, "--workflow auth"), (nil, "TASK-1", "--task TASK-1"),
      ("my flows/it's.yaml", "TASK-1", #"--workflow 'my flows/it'\''s.yaml' --task TASK-1"#),
    ] as [(String?, String?, String)])
  func `a command can be typed as it is shown`(file: String?, task: String?, words: String) {
    #expect(WorkflowSpec.command(workflow: file, task: task) == "bpsai-pair orchestrate " + words)
  }
}

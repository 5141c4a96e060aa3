import PairCore
import TaskFiles
import TestSupport
import Testing

@Suite struct WorkflowFileTests {
  private func parse(_ text: String, path: String = "auth.yaml") throws(PairError) -> Workflow {
    try WorkflowFile.parse(Array(text.utf8), path: path, blob: blob)
  }

  /// A workflow of one step with `fields` beside those that it needs.
  private func parse(step fields: String) throws(PairError) -> Workflow {
    try parse("workflow:\n  - {agent: claude, mode: auto, task: Do it}\n  - agent: codex\n    \(fields)\n")
  }

  @Test func `the seed's example is read as it stands`() throws {
    let workflow = try parse(SeedWorkflow.text, path: ".paircoder/workflows/auth.yaml")
    #expect(workflow.name == "auth")
    #expect(
      workflow.steps == [
        WorkflowStep(
          id: "1", agent: "claude-code", mode: .plan, task: "Design authentication system",
          output: "design.md", line: 3),
        WorkflowStep(
          id: "2", agent: "codex-cli", mode: .fullAuto, task: "Implement basic auth per design.md",
          output: "src/auth/", line: 8),
        WorkflowStep(
          id: "3", agent: "claude-code", mode: .plan, isReview: true,
          task: "Review implementation against design", output: "review.md", line: 13),
      ])
    #expect(workflow.steps[1].outputIsFolder)
    #expect(workflow.reviewed(by: workflow.steps[2]) == workflow.steps[1])
  }

  @Test func `every key is read`() throws {
    let workflow = try parse(
      """
      workflow:
        - {id: build, agent: codex, mode: auto-edit, task: Build it, on_failure: handoff}
        - id: look
          agent: claude
          mode: review
          task: |
            See whether it is right.
            Mind the tests.
          needs: build
          max_rounds: 4
        - {agent: claude, mode: auto, task: Mend it, needs: [look, build], when: findings, on_failure: continue}
      """)
    let (build, look, mend) = (workflow.steps[0], workflow.steps[1], workflow.steps[2])
    #expect(build.onFailure == .handoff)
    #expect(build.when == .always)
    #expect(look.isReview)
    #expect(look.mode == .plan)
    #expect(look.needs == ["build"])
    #expect(look.maxRounds == 4)
    #expect(look.title == "See whether it is right.")
    #expect(mend.id == "3")
    #expect(mend.needs == ["look", "build"])
    #expect(mend.when == .findings)
    #expect(mend.onFailure == .goOn)
  }

  @Test(arguments: [
    ("Review implementation against design", true), ("Code review of the parser", true),
    ("Audit the login", true), ("Design authentication system", false), ("Plan the reviewer agent", false),
  ])
  func `a plan is a review where its task reads as one`(task: String, isReview: Bool) throws {
    #expect(try parse(step: "mode: plan\n    task: \(task)").steps[1].isReview == isReview)
    #expect(try !parse(step: "mode: auto\n    task: \(task)").steps[1].isReview)
  }

  @Test(
    arguments: [
      (
        "mode: yolo\n    task: x", "4:11",
        "'mode' must be one of plan, auto-edit, auto, full-auto, review, not 'yolo'"
      ),
      ("task: x", "3:5", "the step has no 'mode'"),
      ("mode: auto", "3:5", "the step has no 'task'"),
      ("mode: auto\n    task: ' '", "3:5", "the step has no 'task'"),
      ("mode: auto\n    task: x\n    run: make", "6:5", "a step has no key 'run'"),
      (
        "mode: auto\n    task: x\n    output: /etc/passwd", "6:13",
        "'output' must be a file or folder relative to the top of the repository, not '/etc/passwd'"
      ),
      (
        "mode: auto\n    task: x\n    output: a/../../b", "6:13",
        "'output' must be a file or folder relative to the top of the repository, not 'a/../../b'"
      ),
      (
        "mode: auto\n    task: x\n    output: src/*.py", "6:13",
        "'output' must be a file or folder relative to the top of the repository, not 'src/*.py'"
      ),
      (
        "mode: auto\n    task: x\n    output: .git/config", "6:13",
        "'output' must be a file or folder relative to the top of the repository, not '.git/config'"
      ),
      (
        "mode: plan\n    task: x\n    output: docs/", "6:13", "'output' must be a file, not 'docs/'"
      ),
      ("mode: auto\n    task: x\n    needs: [3]", "6:12", "no earlier step is called '3'"),
      ("mode: auto\n    task: x\n    needs: [2]", "6:12", "no earlier step is called '2'"),
      (
        "mode: auto\n    task: x\n    when: never", "6:11",
        "'when' must be one of always, succeeded, failed, findings, not 'never'"
      ),
      (
        "mode: auto\n    task: x\n    on_failure: retry", "6:17",
        "'on_failure' must be one of stop, continue, handoff, not 'retry'"
      ),
      ("mode: auto\n    task: x\n    max_rounds: 2", "6:17", "only a review has 'max_rounds'"),
      ("mode: review\n    task: x\n    max_rounds: 0", "6:17", "'max_rounds' must be from 1 to 10, not '0'"),
      (
        "mode: auto\n    task: x\n    id: 2nd", "6:9",
        "'id' must begin with a letter and hold letters, digits, '.', '_', '-' alone, not '2nd'"
      ),
    ] as [(String, String, String)])
  func `what is no step is refused where it stands`(fields: String, place: String, message: String) {
    do {
      _ = try parse(step: fields)
      Issue.record("it was read")
    } catch {
      #expect(error.message == message)
      #expect(error.location?.description == "auth.yaml:\(place)")
    }
  }

  @Test(arguments: [
    ("", "the workflow has no steps"), ("workflow: []\n", "the workflow has no steps"),
    ("workflow: {}\n", "'workflow' must be a list, not a mapping"),
    ("workflow: [{agent: a, mode: auto, task: x}]\nshell: rm\n", "the file of a workflow has no key 'shell'"),
    (
      "workflow:\n- {id: a, agent: a, mode: auto, task: x}\n- {id: a, agent: a, mode: auto, task: x}\n",
      "two steps are called 'a'"
    ),
  ])
  func `what is no workflow is refused`(text: String, message: String) {
    do {
      _ = try parse(text)
      Issue.record("it was read")
    } catch {
      #expect(error.message == message)
      #expect(error.location?.file == "auth.yaml")
    }
  }

  @Test func `names are those of files without their endings`() {
    for path in ["a/auth.yaml", "auth.workflow.yaml", "auth.yml"] {
      #expect(WorkflowFile.name(ofFile: path) == "auth")
    }
  }

  @Test func `a task names its workflow in both formats`() throws {
    #expect(try parseTask(yaml: "workflow: auth").metadata.workflow == "auth")
    #expect(try parseTask(bullets: "- **Workflow**: auth (three steps)").metadata.workflow == "auth")
    #expect(try parseTask(yaml: "type: feature").metadata.workflow == nil)
    do {
      _ = try parseTask(yaml: "workflow: ../auth")
      Issue.record("it was read")
    } catch {
      #expect(error.message == "'../auth' is no name of a workflow")
      #expect(error.location?.description == "tasks/a.md:3:11")
    }
  }
}

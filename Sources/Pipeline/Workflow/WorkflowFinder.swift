import Ledger
import Git
import Host
package import PairCore
import TaskFiles

/// Finds the workflow that carries out a task.
package final class WorkflowFinder: StatelessRoom {
  /// The workflow in `file`, a path from the current folder or a name in `.paircoder/workflows/`, on the task
  /// `id` or by itself. Throws `usage` when there is no such file or task, `invalidInput` for an invalid one.
  package func spec(_ file: String, on id: TaskID?) throws -> WorkflowSpec {
    let workflow = try workflow(inFile: file)
    let library = try workspace.settings().library
    if let id { return WorkflowSpec(workflow: workflow, task: try library.task(id)) }
    let spec = try WorkflowSpec(workflow)
    let found = Result { () throws(PairError) in try library.task(spec.task.id) }
    if case .failure(let error) = found, error.kind == .usage { return spec }
    throw PairError(
      .usage, "there is a task called \(spec.task.id), and the workflow's own branch would be the task's",
      hint: "To carry out that task: --task \(spec.task.id). Else give the workflow's file another name.")
  }

  /// The workflow that `task` names in `commit` or the checkout, else one with steps to come for its present
  /// text. Throws `invalidInput` when there is none of that name, or it is invalid.
  package func spec(for task: AgentTask, at commit: ObjectID? = nil) throws -> WorkflowSpec? {
    guard let name = task.metadata.workflow else { return try begun(for: task) }
    guard let workflow = try workspace.settings(at: commit).workflow(called: name) else {
      throw PairError(
        .invalidInput,
        "\(task.id) names the workflow '\(name.escapedForTerminal(limit: 60))', and there is none",
        at: SourceLocation(file: task.source.path),
        hint: "Write it to \(WorkflowFile.folder)/\(name.escapedForTerminal(limit: 60)).yaml")
    }
    return WorkflowSpec(workflow: workflow, task: task)
  }

  /// What a single agent made now would leave out what the steps so far have made.
  private func begun(for task: AgentTask) throws -> WorkflowSpec? {
    let record = try TaskRecord(of: task.id, in: workspace)
    guard record.state.result?.isPartial == true,
      let workflow = try record.value(Workflow.self, "workflow.json")
    else { return nil }
    let spec = WorkflowSpec(workflow: workflow, task: task)
    let progress = try spec.progress(in: record)
    return progress.pass == nil || progress.isFinished ? nil : spec
  }

  /// The workflow that makes the result of `task`: the one that it names, else the one that made it last.
  /// Throws `invalidInput` when that is not there, `unsupported` when neither exists.
  func spec(making task: AgentTask, _ record: TaskRecord) throws -> WorkflowSpec {
    if let spec = try spec(for: task) { return spec }
    guard let made = record.state.result, made.workflow != nil,
      let entry = record.entries(committing: made.commit).last,
      let workflow = try record.value(Workflow.self, "workflow.json", at: entry.id)
    else { throw PairError(.unsupported, "no workflow has made the result of \(task.id)") }
    return WorkflowSpec(workflow: workflow, task: task)
  }

  /// The workflow with steps to come for a task, as its file is now; nil where there is none. Throws `usage`
  /// where that file has changed, or a review still blocks.
  func open(_ record: TaskRecord) throws -> WorkflowSpec? {
    let id = record.task
    guard let open = try OpenPass(record) else { return nil }
    if case .findingsLeft(let review) = open.next {
      let handOff = open.hasTaskFile ? " To give it to one agent: bpsai-pair handoff \(id) --to AGENT." : ""
      throw PairError(
        .usage, "the review '\(review.id)' still blocks \(id), so there is nothing to resume",
        hint:
          "To start over: \(open.command(for: id)) --again.\(handOff) To drop it: bpsai-pair discard \(id)")
    }
    let path = open.workflow.source.path
    guard let bytes = try workspace.settings().text(of: path),
      ObjectID.ofBlob(bytes) == open.workflow.source.blob
    else {
      throw PairError(
        .usage, "\(path.escapedForTerminal()) is not what it was when \(id) was begun",
        hint: "To begin anew with what it says now: \(open.command(for: id))")
    }
    let workflow = try WorkflowFile.parse(bytes, path: path, blob: open.workflow.source.blob)
    return try open.hasTaskFile
      ? WorkflowSpec(workflow: workflow, task: workspace.settings().library.task(id)) : WorkflowSpec(workflow)
  }

  private func workflow(inFile file: String) throws -> Workflow {
    let absolute = file.hasPrefix("/") ? file : process.folder + "/" + file
    let isFile = FileInfo.kind(at: absolute).map { $0 != .folder } ?? false
    if isFile, let bytes = try Files.read(absolute) {
      return try WorkflowFile.parse(
        bytes, path: try pathFromTop(absolute, named: file), blob: ObjectID.ofBlob(bytes))
    }
    if TaskID(rawValue: file) != nil, let found = try workspace.settings().workflow(called: file) {
      return found
    }
    throw PairError(
      .usage, "--workflow: '\(file.escapedForTerminal(limit: 80))' is no file, and no workflow is called so",
      hint: "Name a file, or one of \(WorkflowFile.folder)/ without its ending.")
  }

  /// Where a file of the checkout stands in the repository.
  private func pathFromTop(_ absolute: String, named name: String) throws -> String {
    let top = try workspace.requireCheckout(for: "--workflow")
    guard let file = Files.canonical(absolute), let folder = Files.canonical(top),
      file.hasPrefix(folder + "/")
    else {
      throw PairError(
        .usage, "--workflow: \(name.escapedForTerminal(limit: 80)) is not in this repository",
        hint: "Put it into \(WorkflowFile.folder)/, so that whoever has the task has its workflow.")
    }
    return String(file.dropFirst(folder.count + 1))
  }
}

struct OpenPass {
  let workflow: Workflow
  /// What follows; never its end.
  let next: WorkflowMove
  let hasTaskFile: Bool

  init?(_ record: TaskRecord) throws {
    let progress = WorkflowProgress(record.events)
    guard progress.pass != nil, !progress.isFinished,
      let workflow = try record.value(Workflow.self, "workflow.json")
    else { return nil }
    next = workflow.move(after: progress)
    guard workflow.source.blob == progress.workflow, next != .finish else { return nil }
    self.workflow = workflow
    hasTaskFile = progress.text != progress.workflow
  }

  func command(for id: TaskID) -> String {
    WorkflowSpec.command(workflow: workflow.source.path, task: hasTaskFile ? id.text : nil)
  }

  /// Throws `usage` where steps of a workflow are still to come for a task: a handover would leave them out.
  static func requireNone(_ record: TaskRecord) throws {
    guard let open = try OpenPass(record), case .run(let step, _) = open.next else { return }
    throw PairError(
      .usage, "\(record.task) is at the step '\(step.id)' of the workflow \(open.workflow.name)",
      hint:
        "To go on with it: \(open.command(for: record.task)). To drop it: bpsai-pair discard \(record.task)")
  }

  static func isLeftWithFindings(_ record: TaskRecord) throws -> Bool {
    if case .findingsLeft? = try OpenPass(record)?.next { true } else { false }
  }
}

import Git
import Host
import Ledger
package import PairCore
import TaskFiles

/// A workflow with the task that it carries out.
package struct WorkflowSpec: Hashable, Sendable {
  package let workflow: Workflow
  package let task: AgentTask
  /// Whether the task has a file of its own; else the workflow's own words are all that there is to do.
  package let hasTaskFile: Bool

  init(_ workflow: Workflow, task: AgentTask) {
    self.workflow = workflow
    self.task = task
    self.hasTaskFile = true
  }

  /// - Throws: `PairError` of kind `usage` where the workflow's name is no id.
  init(_ workflow: Workflow) throws(PairError) {
    self.workflow = workflow
    guard let id = TaskID(rawValue: workflow.name) else {
      throw PairError(
        .usage, "'\(workflow.name.escapedForTerminal(limit: 60))' can be no task's id, and so no branch",
        hint: "Give the file another name, or name the task: --task ID")
    }
    self.hasTaskFile = false
    let goal = workflow.steps.enumerated().map { "\($0 + 1). \($1.title)" }.joined(separator: "\n")
    self.task = AgentTask(
      id: id, title: "The workflow \(workflow.name)", source: workflow.source,
      text: "---\nid: \(id)\n---\n# The workflow \(workflow.name)\n\n\(goal)\n")
  }
}

extension Orchestrator {
  /// The workflow in `file`, on the task `id` or by itself.
  ///
  /// - Parameter file: a path from the current folder, or the name of a workflow in `.paircoder/workflows/`.
  /// - Throws: `PairError` of kind `usage` when there is no such file or task, `invalidInput` for an invalid one.
  package func workflowSpec(_ file: String, on id: TaskID?) throws -> WorkflowSpec {
    let workflow = try workflow(inFile: file)
    if let id { return WorkflowSpec(workflow, task: try library().task(id)) }
    let order = try WorkflowSpec(workflow)
    let library = try library()
    let found = Result { () throws(PairError) in try library.task(order.task.id) }
    if case .failure(let error) = found, error.kind == .usage { return order }
    throw PairError(
      .usage, "there is a task called \(order.task.id), and the workflow's own branch would be the task's",
      hint: "To carry out that task: --task \(order.task.id). Else give the workflow's file another name.")
  }

  /// The workflow that `task` names, else one of which steps are still to come for the text that it has; nil where
  /// there is none.
  ///
  /// - Parameter commit: where it is read from; nil for the checkout.
  /// - Throws: `PairError` of kind `invalidInput` when there is none of that name, or it is invalid.
  package func workflowSpec(for task: AgentTask, at commit: ObjectID? = nil) throws -> WorkflowSpec? {
    guard let name = task.metadata.workflow else { return try begunOrder(for: task) }
    guard let workflow = try workflow(called: name, at: commit) else {
      throw PairError(
        .invalidInput,
        "\(task.id) names the workflow '\(name.escapedForTerminal(limit: 60))', and there is none",
        at: SourceLocation(file: task.source.path),
        hint: "Write it to \(WorkflowFile.folder)/\(name.escapedForTerminal(limit: 60)).yaml")
    }
    return WorkflowSpec(workflow, task: task)
  }

  /// What a single agent made now would leave out what the steps so far have made.
  private func begunOrder(for task: AgentTask) throws -> WorkflowSpec? {
    let log = TaskLog(task.id)
    guard try log.state(in: repository).result?.isPartial == true,
      let bytes = try log.file("workflow.json", in: repository)
    else { return nil }
    let order = WorkflowSpec(try Record.read(Workflow.self, from: bytes), task: task)
    let progress = try progress(of: order)
    return progress.pass == nil || progress.isFinished ? nil : order
  }

  private func workflow(called name: String, at commit: ObjectID?) throws -> Workflow? {
    for path in WorkflowFile.paths(of: name) {
      if let bytes = try workspace.text(of: path, at: commit) {
        return try WorkflowFile.parse(bytes, path: path, blob: ObjectID.ofBlob(bytes))
      }
    }
    return nil
  }

  private func workflow(inFile file: String) throws -> Workflow {
    let absolute = file.hasPrefix("/") ? file : process.folder + "/" + file
    let isFile = Files.kind(of: absolute).map { $0 != .folder } ?? false
    if isFile, let bytes = try Files.read(absolute) {
      return try WorkflowFile.parse(
        bytes, path: try pathFromTop(absolute, named: file), blob: ObjectID.ofBlob(bytes))
    }
    if TaskID(rawValue: file) != nil, let found = try workflow(called: file, at: nil) { return found }
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

  /// The agent that the step names which comes next, or the first one where none does.
  ///
  /// - Throws: `PairError` of kind `invalidInput` with the place when there is none.
  func nextAgent(of order: WorkflowSpec, _ request: Request) throws -> AgentName {
    let progress = request.again ? WorkflowProgress() : try progress(of: order)
    var step = order.workflow.steps[0]  // A workflow without steps is not read.
    if case .run(let next, _) = order.workflow.move(after: progress) { step = next }
    return try agent(of: step, in: order.workflow, among: workspace.capabilities(at: nil).names)
  }

  /// The agent that `step` names.
  ///
  /// - Throws: `PairError` of kind `invalidInput` with the place when there is none.
  func agent(of step: WorkflowStep, in workflow: Workflow, among known: [AgentName]) throws -> AgentName {
    do {
      return try AgentName.resolve(step.agent, among: known)
    } catch {
      throw PairError(
        .invalidInput, error.message, at: SourceLocation(file: workflow.source.path, line: step.line),
        hint: error.hint)
    }
  }
}

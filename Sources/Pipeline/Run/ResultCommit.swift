import AgentRuns
import Git
import PairCore
import Review
import TaskFiles

/// The commit of a result: the last agent that changed anything as author, the user as committer.
struct ResultCommit {
  let spec: RunSpec
  let assignment: Assignment
  let costInUSD: Double
  let workspace: Workspace

  /// Of the work of `agents`, in their order; `verdict` is of a review that is a step.
  func write(
    _ tree: ObjectID, of agents: [AgentName], checks: [CheckResult], verdict: ReviewVerdict? = nil
  ) throws -> ObjectID {
    let user = try workspace.requireUser()
    let profiles = spec.routed.decision.inputs.profiles
    let authors = agents.map { agent in
      Signature(
        name: AgentRegistry.adapter(for: agent, among: profiles)?.authorName ?? agent.text,
        email: "\(agent)@agents.bpsai-pair.invalid", time: user.time)
    }
    guard let author = authors.last else {
      throw PairError(.internal, "a result of \(assignment.task) has no author")
    }
    var trailers = Trailers()
    trailers.add("PairCoder-Task", assignment.task.text)
    trailers.add("PairCoder-Agent", assignment.agent.text)
    trailers.add("PairCoder-Run", assignment.run.text)
    trailers.add("PairCoder-Mode", assignment.mode.rawValue)
    trailers.add("PairCoder-Decision", ObjectID.ofBlob(try Record.json(spec.routed.decision)).hex)
    trailers.add("PairCoder-Cost-USD", costInUSD.fixed(digits: 4))
    trailers.add(
      "PairCoder-Checks", checks.isEmpty ? "none" : checks.map(\.name).joined(separator: ", ") + " passed")
    trailers.add("PairCoder-Step", assignment.step?.step)
    trailers.add("PairCoder-Verdict", verdict?.rawValue)
    for author in authors.reversed() { trailers.add("Co-Authored-By", "\(author.name) <\(author.email)>") }
    return try workspace.repository.writeCommit(
      tree: tree, parents: [assignment.base], author: author, committer: user,
      message: "\(assignment.task): \(assignment.title.onOneLine)\n\n\(trailers.text)\n")
  }
}

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

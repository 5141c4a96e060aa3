import AgentRuns
import Git
import PairCore
import Review

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

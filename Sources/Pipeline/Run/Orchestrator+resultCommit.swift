import AgentRuns
import Git
import PairCore
import Review

extension Orchestrator {
  /// The result commit of `tree`: the last agent that changed anything as author, the user as committer, trailers
  /// for programs.
  func commit(
    _ tree: ObjectID, _ context: RunContext, of work: AttributedTree?, cost: Double, checks: [CheckResult],
    verdict: ReviewVerdict? = nil
  ) throws -> ObjectID {
    let assignment = context.assignment
    let user = context.order.user
    let profiles = context.order.routed.decision.inputs.profiles
    let authors = (work?.agents ?? [assignment.agent]).map { agent in
      Signature(
        name: AgentRegistry.adapter(for: agent, among: profiles)?.authorName ?? agent.text,
        email: "\(agent)@agents.bpsai-pair.invalid", time: process.now())
    }
    guard let author = authors.last else {
      throw PairError(.internal, "a result of \(assignment.task) is nobody's")
    }
    var trailers = Trailers()
    trailers.add("PairCoder-Task", assignment.task.text)
    trailers.add("PairCoder-Agent", assignment.agent.text)
    trailers.add("PairCoder-Run", assignment.run.text)
    trailers.add("PairCoder-Mode", assignment.mode.rawValue)
    trailers.add(
      "PairCoder-Decision",
      ObjectID.ofBlob(try Record.json(context.order.routed.decision)).hex)
    trailers.add("PairCoder-Cost-USD", cost.fixed(digits: 4))
    trailers.add(
      "PairCoder-Checks", checks.isEmpty ? "none" : checks.map(\.name).joined(separator: ", ") + " passed")
    trailers.add("PairCoder-Step", assignment.step?.step)
    trailers.add("PairCoder-Verdict", verdict?.rawValue)
    for author in authors.reversed() { trailers.add("Co-Authored-By", "\(author.name) <\(author.email)>") }
    return try repository.writeCommit(
      tree: tree, parents: [assignment.base], author: author,
      committer: Signature(name: user.name, email: user.email, time: process.now()),
      message: "\(assignment.task): \(assignment.title.onOneLine)\n\n\(trailers.text)\n")
  }
}

import Ledger
import PairCore

extension Orchestrator {
  func claim(_ order: RunSpec, log: TaskLog) throws {
    let assignment = order.assignment
    var files = [
      "task.md": Array(order.routed.task.text.utf8),
      "decision.json": try Record.json(order.routed.decision),
      "assignment.json": try Record.json(assignment),
    ]
    if let workflow = order.request.step?.task.workflow { files["workflow.json"] = try Record.json(workflow) }
    try log.append(to: repository, by: order.user, files: files, random: process.random) { state in
      var details = details(of: assignment)
      details.fence = state.claims + 1
      details.host = process.host
      let from =
        assignment.session.map { ", which goes on with its session \($0.id)" }
        ?? assignment.continues.map { ", handed over from \($0.agent)" } ?? ""
      return TaskEvent(
        .claimed, assignment.task,
        "\(assignment.task): claimed for \(assignment.agent) (\(assignment.mode.rawValue))\(assignment.inStep)\(from)",
        details)
    }
  }

  func details(of assignment: Assignment) -> TaskEvent.Details {
    var details = TaskEvent.Details()
    details.run = assignment.run
    details.agent = assignment.agent
    details.mode = assignment.mode
    details.base = assignment.base
    details.text = assignment.text
    details.mark(assignment.step)
    return details
  }
}

import PairCore

extension TaskSession {
  /// Appends what an agent changed that is not its to change, and where refs stood before.
  ///
  /// - Parameter details: of its run.
  func recordOutside(_ report: Watch.Report, _ details: TaskEvent.Details) throws {
    guard let first = report.findings.first(where: { $0.severity == .block }) else { return }
    let refs = report.refs.map { $0 + "\n" }.joined()
    let more = report.findings.count == 1 ? "" : " and \(report.findings.count - 1) more"
    let who = details.agent?.text ?? "an agent"
    try append(files: refs.isEmpty ? [:] : ["before-refs": Array(refs.utf8)]) { _ in
      TaskEvent(
        .outside, task,
        "\(task): \(who) changed what is not its: \((first.path ?? "").escapedForTerminal())\(more)", details)
    }
  }

  /// Tells, and appends, what the agent of a run changed whose process was killed.
  func recordOutside(ofDead run: RunID, by agent: AgentName?) async throws {
    guard let report = try await Watch.endOfDead(run, of: task, in: workspace) else {
      workspace.process.say(
        "note: bpsai-pair cannot tell what run \(run) of \(task) changed outside: its record is damaged")
      return
    }
    for finding in report.findings {
      workspace.process.say("note: \((finding.path ?? "").escapedForTerminal()): \(finding.message)")
    }
    var details = TaskEvent.Details()
    (details.run, details.agent) = (run, agent)
    try recordOutside(report, details)
  }
}

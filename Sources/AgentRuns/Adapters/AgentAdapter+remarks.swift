import PairCore

extension AgentAdapter {
  /// What a person should know of a run that went otherwise than it was asked for, one sentence each.
  func remarks(on report: AgentReport, of request: AgentRequest) -> [String] {
    var remarks: [String] = []
    if testedVersion == nil {
      remarks.append("the adapter for \(name) is unverified: it was written from documentation alone")
    }
    if case .keyOnly(let variable) = request.setUp {
      remarks.append(
        "\(name) ran with the key in \(variable) alone, in a private home: there is no session to go on with")
    }
    if let asked = request.model, let used = report.model, !used.lowercased().contains(asked.lowercased()) {
      remarks.append("\(name) was asked to use the model \(asked), and used \(used)")
    }
    let asked = flags(for: request).reportedAs
    if let asked, let used = report.permissionMode, used != asked {
      remarks.append("\(name) was asked for the permission mode \(asked), and ran in \(used)")
    }
    if report.isSilentOnUsage {
      remarks.append("\(name) tells neither tokens nor cost: what it cost is the estimate")
    }
    if !report.unknownEvents.isEmpty {
      let kinds = report.unknownEvents.sorted { $0.key < $1.key }.map { kind, count in
        kind + (count == 1 ? "" : " × \(count)")
      }
      remarks.append(
        "\(name) printed what this version does not know (\(kinds.joined(separator: ", "))); "
          + "it is in the transcript")
    }
    return remarks.map { $0.escapedForTerminal(limit: 500) }
  }
}

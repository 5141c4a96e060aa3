import PairCore
import Pipeline

extension Orchestrate {
  /// Shows how the runs ended, integrates what there is, and ends with the first of both that failed.
  func merge(
    _ name: String, after batch: BatchResult, _ request: RunRequest,
    in workspace: Workspace, faults: [PairError]
  ) async throws {
    if !json { try print(batch, of: name, faults: faults) }
    var request = request
    request.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - batch.costInUSD) }
    let report: IntegrationReport
    do {
      // Who wants no more runs wants none for what conflicts either.
      if Interrupts.signal != 0 {
        throw PairError(
          .failed, "the results are not merged, since the user interrupted",
          hint: "The same command does that, and runs nothing again that has a result.")
      }
      report = try await PlanIntegration(workspace).integrate(
        name, request, isEnough: { Interrupts.isEnough })
    } catch {
      // What the runs made is there, whatever stops what follows.
      if json {
        let record = BatchRecord(plan: name, batch: batch, faults: faults, integrationError: .init(error))
        Terminal.print(try Record.json(record))
      }
      throw error
    }
    if json {
      let record = BatchRecord(
        plan: name, batch: batch, faults: faults, integration: IntegrationRecord(report))
      Terminal.print(try Record.json(record))
    } else {
      try Integrate.show(report, json: false)
    }
    try end(batch.failureKind, faults: faults)
    if let status = IntegrationText.status(of: report) { throw Ended(status: status) }
  }
}

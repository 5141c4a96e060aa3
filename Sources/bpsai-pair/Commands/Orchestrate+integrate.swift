import PairCore
import Pipeline

extension Orchestrate {
  /// Shows how the runs ended, integrates what there is, and ends with the first of both that failed.
  func merge(
    _ name: String, after batch: BatchResult, _ request: RunRequest,
    in workspace: Workspace, faults: [PairError]
  ) async throws {
    if !json { try Terminal.show(BatchReport(batch, of: name, faults: faults), json: false) }
    var request = request
    request.maxCostInUSD = request.maxCostInUSD.map { max(0, $0 - batch.costInUSD) }
    let report: IntegrateReport
    do {
      // Who wants no more runs wants none for what conflicts either.
      if Interrupts.signal != 0 {
        throw PairError(
          .failed, "the results are not merged, since the user interrupted",
          hint: "The same command does that, and runs nothing again that has a result.")
      }
      report = IntegrateReport(
        try await PlanIntegration(workspace).integrate(name, request, isEnough: { Interrupts.isEnough }))
    } catch {
      // What the runs made is there, whatever stops what follows.
      if json {
        try Terminal.show(
          BatchReport(batch, of: name, faults: faults, integrationError: .init(error)), json: true)
      }
      throw error
    }
    if json {
      try Terminal.show(BatchReport(batch, of: name, faults: faults, integration: report), json: true)
    } else {
      try Terminal.show(report, json: false)
    }
    try end(batch.failureKind, faults: faults)
    if let status = report.status { throw Ended(status: status) }
  }
}

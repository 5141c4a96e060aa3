import PairCore
import Pipeline

/// What a workflow would do, or has done, as a person reads it.
enum WorkflowText {
  static func lines(
    of forecast: WorkflowForecast, _ statuses: [BudgetStatus], command: String
  ) -> [String] {
    let spec = forecast.spec
    var table = Table([.right, .left, .left, .left, .right, .left, .left])
    for (index, step) in forecast.steps.enumerated() {
      table.add([
        "\(index + 1).", step.step.id == String(index + 1) ? "" : step.step.id, agent(of: step),
        step.step.modeWord, step.estimatedCostInUSD == 0 ? "–" : step.estimatedCostInUSD.inDollars,
        step.step.output?.escapedForTerminal(limit: 60) ?? "",
        step.step.title.escapedForTerminal(limit: 60),
      ])
    }
    let rows = zip(table.lines(indent: "  "), forecast.steps).flatMap { row, step in
      [row] + remarks(on: step, in: spec.workflow).map { "      \($0)" }
    }
    let what =
      spec.hasTaskFile ? " on \(spec.task.id)  \(spec.task.title.escapedForTerminal(limit: 100))" : ""
    let end: String
    if let reason = forecast.notNeeded {
      end = "Nothing to do: \(reason)"
    } else if let left = forecast.findingsLeft {
      end = "\(left). To start over: \(command) --again"
    } else {
      end = "Nothing was changed. To run it: \(command)"
    }
    return ["The workflow \(spec.workflow.name)\(what)"] + rows + [
      "  → branch \(forecast.branch); about \(forecast.estimatedCostInUSD.inDollars), each step once"
    ] + LimitsText.left(of: statuses).map { "  \($0)" } + [end]
  }

  private static func agent(of step: WorkflowForecast.Step) -> String {
    switch step.outlook {
    case .ended(let end): end.agent?.text ?? "–"
    case .run(let agent): agent.text
    case .impossible: "nobody"
    }
  }

  private static func remarks(on step: WorkflowForecast.Step, in workflow: Workflow) -> [String] {
    var remarks: [String] = []
    switch step.outlook {
    case .ended(let end): remarks.append(words(of: end))
    case .run: break
    case .impossible(let error): remarks += [error.message] + (error.hint.map { ["hint: \($0)"] } ?? [])
    }
    switch step.step.when {
    case .always: break
    case .succeeded: remarks.append("only when what it needs has a result")
    case .failed: remarks.append("only when what it needs failed")
    case .findings: remarks.append("only when the review finds what blocks")
    }
    if step.step.isReview, let target = workflow.reviewed(by: step.step) {
      let rounds = workflow.rounds(of: step.step)
      if rounds > 1 { remarks.append("up to \(rounds) rounds with step \(workflow.number(of: target))") }
    }
    switch step.step.onFailure {
    case .stop: break
    case .goOn: remarks.append("a failure does not end the workflow")
    case .handoff: remarks.append("after a failure another agent goes on")
    }
    return remarks
  }

  private static func words(of end: WorkflowProgress.StepEnd) -> String {
    switch end.end {
    case .committed(let commit, let verdict):
      "done (\(commit.short)\(verdict.map { ", \($0.rawValue)" } ?? ""))"
    case .failed(let kind): "failed\(kind.map { " (\($0.rawValue))" } ?? "")"
    }
  }

  /// How it ended, and what to type next.
  static func lines(
    of result: WorkResult, _ pass: WorkResult.WorkflowResult, _ commands: WorkOutput.Commands
  ) -> [String] {
    let (task, name) = (result.task.id, pass.spec.workflow.name)
    let cost = pass.costInUSD.inDollars
    switch result.end {
    case .notNeeded(let reason): return [reason]
    case .finished(let branch, let commit):
      let runs = pass.steps.filter { $0.run != nil }.count
      let origin = pass.origin.map { "\($0.short)..." } ?? ""
      return [
        "\(task): the workflow \(name) is finished on \(branch) (\(commit.short), \(runs.counted("run")), \(cost))",
        "",
        "  see it      git diff \(origin)\(branch)",
        "  its steps   git log \(origin.replacing("...", with: ".."))\(branch)",
        "  take it     git merge \(branch)",
        "  drop it     bpsai-pair discard \(task)",
      ]
    case .failed(let assignment, let outcome):
      let why = outcome.failure.map { "\($0.kind.rawValue): \($0.detail)" } ?? ""
      let left = outcome.snapshot.map { ["  what it left   git ls-tree -r \($0) files/"] } ?? []
      return [
        "\(task): \(assignment.agent) failed at the step '\(assignment.step?.step ?? "")' of \(name): \(escaped(why))"
      ]
        + OutcomeText.lines(for: outcome.findings)
        + ["", "  its history    bpsai-pair log \(task)"] + left
        + ["  go on with it  \(commands.next)", "  start over     \(commands.again)"]
    case .findingsLeft(let step, let rounds, let findings):
      let place = step.output.map { "git show \(BranchName.result(of: task)):\($0.escapedForTerminal())" }
      return [
        "\(task): the review '\(step.id)' of \(name) still blocks after \(rounds.counted("round")) (\(cost))"
      ] + OutcomeText.lines(for: findings) + [""] + (place.map { ["  all of it      \($0)"] } ?? []) + [
        "  start over     \(commands.again)", "  drop it        bpsai-pair discard \(task)",
      ]
    }
  }

  private static func escaped(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { String($0).escapedForTerminal(limit: 400) }
      .joined(separator: "\n    ")
  }
}

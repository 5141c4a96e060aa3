import PairCore
import Pipeline

/// What `hooks status` answers.
struct HooksReport: Report {
  struct Entry: Encodable {
    let hook: String
    let inForce: Bool
    let installed: Bool
    let detail: String

    init(_ hook: HookName, _ status: HookSetup.Status) {
      let mending = "'bpsai-pair hooks install' mends it"
      self.hook = hook.rawValue
      (inForce, installed, detail) =
        switch status {
        case .inForce(let how): (true, true, "in force: \(how.escapedForTerminal(limit: 400))")
        case .missing: (false, false, "not installed")
        case .idle(let why): (false, true, "NOT IN FORCE: \(why.escapedForTerminal(limit: 400)); \(mending)")
        case .chore(let chore):
          (false, false, "not installed: \(chore.manager.escapedForTerminal(limit: 80)) has to be told")
        }
    }
  }

  static let schema = "bpsai-pair/hooks/1"
  let hooks: [Entry]
  let mode: HookRules.Mode
  /// What may be spent in a day; absent without a limit.
  let dailyInUSD: Double?
  let obstacle: String?
  let worker: String?
  let waiting: Int

  init(_ setup: HookSetup) throws {
    hooks = try setup.hooks.map { Entry($0, try setup.status(of: $0)) }
    let status = try HookStatus(in: setup.workspace)
    (mode, dailyInUSD) = (status.rules.mode, status.daily?.amount)
    (obstacle, worker, waiting) = (status.obstacle, status.worker, status.waiting)
  }

  /// Whether a hook that was installed does not call us any more.
  var isIdle: Bool { hooks.contains { $0.installed && !$0.inForce } }

  var text: [String] {
    let words =
      switch mode {
      case .route: "A commit that changes a task says who would take it (mode route)."
      case .queue: "A commit that changes a task queues it (mode queue)."
      case .run:
        "A commit that changes a task queues it, and a worker carries it out (mode run)"
          + (dailyInUSD.map { ", for up to \($0.inDollars) a day." } ?? ".")
      }
    return hooks.map { [$0.hook, $0.detail] }.inColumns() + [
      words + (obstacle.map { " But: \($0)." } ?? "")
        + (waiting == 0 ? "" : " In the queue: \(waiting.counted("task")).")
        + (worker.map { " A worker is at it: \($0.escapedForTerminal(limit: 120))." } ?? "")
    ]
  }
}

extension [HookSetup.Chore] {
  /// - Parameter verb: what to do with the lines: `Add`.
  func lines(verb: String) -> [String] {
    flatMap { chore in
      [
        "\(verb) to run \(chore.hook.rawValue) by \(chore.manager), in \(chore.file):".escapedForTerminal(),
        "",
      ] + chore.lines.map { "    " + $0 } + [""]
    }
  }
}

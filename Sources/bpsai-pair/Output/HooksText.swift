import PairCore
import Pipeline

/// Hooks as a person reads them.
enum HooksText {
  static func lines(for setup: borrowing HookSetup) throws -> [String] {
    var table = Table([.left, .left])
    for hook in setup.hooks { table.add([hook.rawValue, words(for: try setup.standing(of: hook))]) }
    return table.lines()
  }

  static func words(for standing: HookSetup.Status) -> String {
    switch standing {
    case .inForce(let how): "in force: \(how.escapedForTerminal(limit: 400))"
    case .missing: "not installed"
    case .idle(let why):
      "NOT IN FORCE: \(why.escapedForTerminal(limit: 400)); 'bpsai-pair hooks install' mends it"
    case .chore(let chore): "not installed: \(chore.manager.escapedForTerminal(limit: 80)) has to be told"
    }
  }

  /// What happens to a task that a commit changes.
  static func mode(of workspace: Workspace) throws -> String {
    let outlook = try HookStatus(in: workspace)
    let words =
      switch outlook.rules.mode {
      case .route: "A commit that changes a task says who would take it (mode route)."
      case .queue: "A commit that changes a task queues it (mode queue)."
      case .run:
        "A commit that changes a task queues it, and a worker carries it out (mode run)"
          + (outlook.daily.map { ", for up to \($0.text) a day." } ?? ".")
      }
    return words + (outlook.obstacle.map { " But: \($0)." } ?? "")
      + (outlook.waiting == 0 ? "" : " In the queue: \(outlook.waiting.counted("task")).")
      + (outlook.worker.map { " A worker is at it: \($0.escapedForTerminal(limit: 120))." } ?? "")
  }

  /// - Parameter verb: what to do with the lines: `Add`.
  static func lines(for chores: [HookSetup.Chore], verb: String) -> [String] {
    chores.flatMap { chore in
      [
        "\(verb) to run \(chore.hook.rawValue) by \(chore.manager), in \(chore.file):".escapedForTerminal(),
        "",
      ] + chore.lines.map { "    " + $0 } + [""]
    }
  }
}

/// What `hooks status --json` prints.
struct HooksRecord: Encodable {
  struct Entry: Encodable {
    let hook: String
    let inForce: Bool
    let installed: Bool
    let detail: String
  }

  let schema = "bpsai-pair/hooks/1"
  let hooks: [Entry]
  let mode: String
  let obstacle: String?
  let worker: String?
  let waiting: Int

  init(_ statuses: [(HookName, HookSetup.Status)], _ workspace: Workspace) throws {
    hooks = statuses.map { hook, standing in
      let (inForce, installed) =
        switch standing {
        case .inForce: (true, true)
        case .idle: (false, true)
        case .missing, .chore: (false, false)
        }
      return Entry(
        hook: hook.rawValue, inForce: inForce, installed: installed, detail: HooksText.words(for: standing))
    }
    let outlook = try HookStatus(in: workspace)
    mode = outlook.rules.mode.rawValue
    obstacle = outlook.obstacle
    worker = outlook.worker
    waiting = outlook.waiting
  }
}

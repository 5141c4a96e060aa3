import Host
import PairCore

/// The file that codex keeps of a session below `$CODEX_HOME/sessions`: it holds what `codex exec --json`
/// does not print. The codes of failures, when a limit ends, the model, the sandbox. Entries as of 0.163.0.
struct CodexRollout {
  private var model: String?
  private var sandbox: String?
  /// Over the whole thread.
  private var total: Usage?
  private var failure: Failure?
  private var limitEndsAt: Timestamp?

  /// The file of the session that `report` names; nil where there is none to read.
  init?(of report: AgentReport, environment: [String: String]) {
    guard let session = report.session, let home = CodexAdapter().configuration?.path(environment),
      let path = CodexRollout.path(of: session, below: home + "/sessions"),
      FileInfo(at: path).map({ $0.sizeInBytes <= CodexRollout.limitInBytes }) == true,
      let lines = try? FileTail.allLines(of: path)  // Unread: the run is known without it.
    else { return nil }
    self.init(lines: lines)
  }

  /// Beyond it, the output has to do.
  private static let limitInBytes = 64 << 20

  init(lines: [[UInt8]]) {
    for line in lines where CodexRollout.matters(line) {
      if let entry = JSONValue(line: line) { take(entry) }
    }
  }

  /// `<year>/<month>/<day>/rollout-<time>-<session>.jsonl`; the newest days first, since most runs are new.
  private static func path(of session: String, below folder: String, depth: Int = 0) -> String? {
    guard let entries = try? DirectoryWalk.list(folder) else { return nil }  // Not ours to repair.
    for (name, kind) in entries.reversed() {
      if depth < 3, kind == .folder,
        let found = path(of: session, below: "\(folder)/\(name)", depth: depth + 1)
      {
        return found
      }
      if depth == 3, kind == .file, name.hasPrefix("rollout-"), name.hasSuffix("-\(session).jsonl") {
        return "\(folder)/\(name)"
      }
    }
    return nil
  }

  /// Whether `line` is worth parsing: most hold the conversation. The type stands before the payload.
  private static func matters(_ line: [UInt8]) -> Bool {
    let start = String(decoding: line.prefix(120), as: UTF8.self)
    return ["\"event_msg\"", "\"turn_context\"", "\"token_usage_record\""].contains(where: start.contains)
  }

  private mutating func take(_ entry: JSONValue) {
    let payload = entry["payload"]
    if entry["type"].string == "turn_context" {
      model = payload["model"].string ?? model
      sandbox = payload["sandbox_policy"]["type"].string ?? sandbox
      return
    }
    if entry["type"].string == "token_usage_record" {
      // Stands there as soon as the model has answered; the `token_count` waits until commands have ended.
      let usage = payload["thread_token_usage"]
      if case .object = usage { total = Usage(codexTotal: usage) }
      return
    }
    switch payload["type"].string {
    case "task_started":
      // What follows is a run of its own in the same session.
      failure = nil
      limitEndsAt = nil
    case "token_count":
      let info = payload["info"]["total_token_usage"]
      if case .object = info { total = Usage(codexTotal: info) }
      limitEndsAt = CodexRollout.endOfLimits(payload["rate_limits"]) ?? limitEndsAt
    case "turn_aborted": failure = Failure(.crashed, "Codex was interrupted.")
    case "task_complete":
      let error = payload["error"]
      if error != .null {
        failure = Failure(codexMessage: error["message"].string ?? "", info: error["codex_error_info"])
      }
    default: break
    }
  }

  /// When the last of the used-up limits is lifted; nil when none is used up.
  private static func endOfLimits(_ limits: JSONValue) -> Timestamp? {
    [limits["primary"], limits["secondary"]].compactMap { limit in
      guard let used = limit["used_percent"].double, used >= 100 else { return nil }
      return limit["resets_at"].moment
    }.max()
  }

  /// What the run has used, and the model that it used; nil before the first count.
  func used(resuming session: AgentSession?) -> (usage: Usage, model: String?)? {
    total.map { ($0 - (session?.used ?? Usage()), model) }
  }

  func events(after report: AgentReport, resuming session: AgentSession?) -> [AgentEvent] {
    var events = [AgentEvent.started(session: nil, model: model, permissionMode: sandbox)]
    if let total, report.usage == Usage() {
      // A run that was killed has printed no count.
      events.append(.usage(total - (session?.used ?? Usage())))
    }
    if let failure {
      if failure.kind == .rateLimited, let limitEndsAt { events.append(.rateLimited(until: limitEndsAt)) }
      events.append(.failed(failure))
    }
    return events
  }
}

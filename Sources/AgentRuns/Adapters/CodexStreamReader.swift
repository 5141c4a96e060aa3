import PairCore

/// Reads `codex exec --json`. Events as of 0.163.0.
struct CodexStreamReader: JSONEventReader {
  /// What the session had used before this run.
  private let usedBefore: Usage
  /// What the last error event said, which `turn.failed` then says again.
  private var lastError: Failure?

  init(resuming session: AgentSession?) { usedBefore = session?.used ?? Usage() }

  mutating func read(_ event: JSONValue) -> [AgentEvent] {
    switch event["type"].string {
    case "thread.started":
      return [.started(session: event["thread_id"].string, model: nil, permissionMode: nil)]
    case "item.started": return started(event["item"])
    case "item.completed": return completed(event["item"])
    case "turn.started", "item.updated": return []
    case "turn.completed":
      return [.usage(Usage(codexTotal: event["usage"]) - usedBefore), .finished(message: nil)]
    case "turn.failed": return failed(event["error"]["message"].string ?? "")
    case "error":
      let message = event["message"].string ?? ""
      return message.hasPrefix("Reconnecting") ? [.retrying(reason: message)] : failed(message)
    case let type: return [.unknown(type: type ?? "no type")]
    }
  }

  private func started(_ item: JSONValue) -> [AgentEvent] {
    guard item["type"].string == "command_execution" else { return [] }
    return [.toolUsed(name: "shell", detail: item["command"].string ?? "")]
  }

  private func completed(_ item: JSONValue) -> [AgentEvent] {
    switch item["type"].string {
    case "agent_message": return AgentEvent.messages(item["text"])
    case "file_change":
      guard item["status"].string == "completed" else { return [] }
      return item["changes"].elements.compactMap(\.["path"].string).map { .fileChanged(path: $0) }
    case "command_execution":
      let command = item["command"].string ?? ""
      if item["status"].string == "declined" { return [.denied(tool: "shell", detail: command)] }
      return [.commandRun(command: command, exitCode: item["exit_code"].int)]
    case "mcp_tool_call", "collab_tool_call":
      return [.toolUsed(name: item["tool"].string ?? "", detail: item["server"].string ?? "")]
    case "web_search": return [.toolUsed(name: "web_search", detail: item["query"].string ?? "")]
    // An item of type error is a warning.
    case "error", "reasoning", "todo_list": return []
    case let type: return [.unknown(type: "item/\(type ?? "no type")")]
    }
  }

  private mutating func failed(_ message: String) -> [AgentEvent] {
    let failure = Failure(codexMessage: message)
    defer { lastError = failure }
    return failure == lastError ? [] : [.failed(failure)]
  }
}

extension Usage {
  /// What codex counted over the whole thread. It counts cached tokens among the input; here, as for every
  /// agent, input tokens were not read from the cache. Output includes reasoning. It reports no cost.
  init(codexTotal usage: JSONValue) {
    let cached = usage["cached_input_tokens"].count
    self.init(
      inputTokens: max(0, usage["input_tokens"].count - cached), cachedInputTokens: cached,
      outputTokens: usage["output_tokens"].count)
  }
}

extension AgentEvent {
  /// What codex says on standard error alone of a tool that it did not let run; nil for any other line.
  init?(codexError line: String) {
    let mark = "ERROR codex_core::tools::router: error="
    guard let found = line.firstRange(of: mark) else { return nil }
    let words = String(line[found.upperBound...])
    guard words.contains("rejected") else { return nil }
    self = .denied(tool: words.hasPrefix("patch") ? "apply_patch" : "shell", detail: words)
  }
}

extension Failure {
  /// What an error of codex 0.163 means: by its code, which only the session's file tells, else by its
  /// words. Words that are the provider's JSON body are opened.
  init(codexMessage text: String, info: JSONValue = .null) {
    let error = JSONValue(line: Array(text.utf8))?["error"] ?? .null
    let message = (error["message"].string ?? text).trimmed
    let kind =
      FailureClass(codexInfo: info) ?? FailureClass(words: error["code"].string ?? "")
      ?? FailureClass(words: message) ?? .refused
    self.init(kind, message.isEmpty ? "Codex failed and did not say why." : message)
  }
}

extension FailureClass {
  /// `codex_error_info`: a word, or an object whose only key is the word and which may hold the HTTP status.
  /// Nil for those that say too little, such as `other` and `bad_request`.
  fileprivate init?(codexInfo info: JSONValue) {
    if case .object(let members) = info, let member = members.first {
      if let kind = member.value["http_status_code"].int.flatMap(FailureClass.init(httpStatus:)) {
        self = kind
      } else if FailureClass.codexConnectionErrors.contains(member.key) {
        self = .overloaded
      } else {
        return nil
      }
      return
    }
    switch info.string {
    case "context_window_exceeded": self = .contextExceeded
    case "usage_limit_exceeded": self = .rateLimited
    case "server_overloaded", "internal_server_error": self = .overloaded
    case "unauthorized": self = .notAuthenticated
    case "cyber_policy", "bio_policy", "misalignment_policy_violation": self = .refused
    case "sandbox_error": self = .crashed
    default: return nil
    }
  }

  private static let codexConnectionErrors: Set = [
    "http_connection_failed", "response_stream_connection_failed", "response_stream_disconnected",
    "response_too_many_failed_attempts",
  ]
}

import PairCore

/// Reads `claude -p --output-format stream-json --verbose`. Events as of 2.1.330.
struct ClaudeStreamReader: JSONEventReader {
  /// What the session had used before this run.
  private let usedBefore: Usage
  /// Calls that have had no result yet, by their ids.
  private var calls: [String: (name: String, detail: String)] = [:]
  /// All that this run used, as far as it was told.
  private var used = Usage()
  /// The part of it that results told, which counts for good.
  private var settled = Usage()
  /// The message whose tokens were counted last: it comes in parts.
  private var lastMessage: String?

  init(resuming session: AgentSession?) { usedBefore = session?.used ?? Usage() }

  mutating func read(_ event: JSONValue) -> [AgentEvent] {
    switch event["type"].string {
    case "system": return system(event)
    case "assistant": return assistant(event)
    case "user": return user(event)
    case "rate_limit_event": return rateLimit(event["rate_limit_info"])
    case "result": return result(event)
    // Parts of messages that follow whole, progress, and summaries.
    case "stream_event", "tool_progress", "tool_use_summary", "prompt_suggestion", "auth_status",
      "keep_alive":
      return []
    case let type: return [.unknown(type: type ?? "no type")]
    }
  }

  private mutating func system(_ event: JSONValue) -> [AgentEvent] {
    switch event["subtype"].string {
    case "init":
      return [AgentEvent(started: event)]
    case "permission_denied":
      // The result that follows is the refusal, not the tool's.
      if let id = event["tool_use_id"].string { calls[id] = nil }
      return [.denied(tool: event["tool_name"].string ?? "", detail: event["message"].string ?? "")]
    case "api_retry":
      var reason = event["error"].string ?? "unknown"
      if let status = event["error_status"].int { reason += " (\(status))" }
      if let attempt = event["attempt"].int { reason += ", attempt \(attempt)" }
      return [.retrying(reason: reason)]
    case "model_fallback", "model_consent_fallback", "model_refusal_fallback": return fallback(event)
    case let subtype:
      let subtype = subtype ?? "no subtype"
      return Self.silentSubtypes.contains(subtype) ? [] : [.unknown(type: "system/\(subtype)")]
    }
  }

  /// What the program's own schema has beside those above and says nothing of how the run goes.
  private static let silentSubtypes: Set = [
    "status", "informational", "notification", "compact_boundary", "thinking", "thinking_tokens",
    "turn_duration", "post_turn_summary", "session_state_changed", "session_title_changed",
    "session_metadata", "task_started", "task_progress", "task_updated", "task_notification",
    "task_summary", "background_tasks_changed", "commands_changed", "files_persisted", "file_snapshot",
    "memory_recall", "memory_saved", "shell_cwd", "vcs_state_changed", "per_turn_effort_changed",
    "permission_check_status", "hook_started", "hook_progress", "hook_response", "stop_hook_summary",
    "local_command_output", "instruction_size_warning", "model_refusal_no_fallback",
  ]

  /// Another model goes on, for good unless only a subagent's answer came from it.
  private func fallback(_ event: JSONValue) -> [AgentEvent] {
    let model = event["fallback_model"].string
    let reason = event["trigger"].string ?? "no reason given"
    let told = AgentEvent.retrying(reason: "with the model \(model ?? "unknown"): \(reason)")
    if event["scope"].string == "local" { return [told] }
    return [told, .started(session: nil, model: model, permissionMode: nil)]
  }

  private mutating func assistant(_ event: JSONValue) -> [AgentEvent] {
    // An error of the API in the agent's mouth; the result says it again.
    if event["is_api_error_message"].bool == true { return [] }
    let isSubagent = event["parent_tool_use_id"] != .null
    let events = event["message"]["content"].elements.flatMap { block -> [AgentEvent] in
      switch block["type"].string {
      case "text":
        return isSubagent ? [] : AgentEvent.messages(block["text"])
      case "tool_use":
        let call = (
          name: block["name"].string ?? "",
          detail: block["input"].text(
            of: "command", "file_path", "notebook_path", "pattern", "url", "query", "description")
        )
        if let id = block["id"].string { calls[id] = call }
        return [.toolUsed(name: call.name, detail: call.detail)]
      case "thinking", "redacted_thinking": return []
      case let type: return [.unknown(type: "assistant/\(type ?? "no type")")]
      }
    }
    return events + running(event["message"])
  }

  /// What was used so far, at the first part of each message: all that is known of a run that is killed.
  /// A message's output tokens are not known yet at that moment.
  private mutating func running(_ message: JSONValue) -> [AgentEvent] {
    guard let id = message["id"].string, id != lastMessage, case .object = message["usage"] else { return [] }
    lastMessage = id
    used = used + Usage(claudeUsage: message["usage"])
    return [.usage(used)]
  }

  private mutating func user(_ event: JSONValue) -> [AgentEvent] {
    event["message"]["content"].elements.compactMap { block in
      guard block["type"].string == "tool_result", let id = block["tool_use_id"].string,
        let call = calls.removeValue(forKey: id)
      else { return nil }
      let failed = block["is_error"].bool ?? false
      switch call.name {
      case "Bash":
        return .commandRun(command: call.detail, exitCode: failed ? exitCode(in: block["content"]) : 0)
      case "Write", "Edit", "NotebookEdit":
        return failed ? nil : .fileChanged(path: call.detail)
      default: return nil
      }
    }
  }

  /// The number in `Exit code 3`, with which the result of a failed command begins.
  private func exitCode(in content: JSONValue) -> Int? {
    let text = content.string ?? content.elements.first?["text"].string ?? ""
    guard text.hasPrefix("Exit code ") else { return nil }
    return Int(text.dropFirst("Exit code ".count).prefix { $0.isNumber })
  }

  private func rateLimit(_ info: JSONValue) -> [AgentEvent] {
    // `allowed` and `allowed_warning` say how much is left.
    guard info["status"].string == "rejected" else { return [] }
    return [.rateLimited(until: info["resetsAt"].moment)]
  }

  private mutating func result(_ event: JSONValue) -> [AgentEvent] {
    settled = settled + usage(of: event)
    used = settled
    let usage = AgentEvent.usage(used)
    if let failure = Failure(claudeResult: event) { return [usage, .failed(failure)] }
    let words = event["structured_output"].text ?? event["result"].string ?? ""
    return [usage, .finished(message: words.trimmed.isEmpty ? nil : words)]
  }

  /// What was used since the run's last result. Only the event stream tells it, without models where none was
  /// paid for. `modelUsage` counts over the whole session; `usage` leaves out a last turn that was cut off,
  /// and serves where nothing else is told.
  private func usage(of event: JSONValue) -> Usage {
    let sinceLast = event["model_usage_since_last_result"]
    if let usage = Usage(claudeModels: sinceLast) { return usage }
    if sinceLast != .null { return Usage(claudeUsage: event["usage"], costInUSD: 0) }
    if let usage = Usage(claudeModels: event["modelUsage"]) { return usage - usedBefore - settled }
    return Usage(claudeUsage: event["usage"], costInUSD: event["total_cost_usd"].amount)
  }
}

/// Input tokens are those not read from the cache, the ones written to it included; output includes thinking.
extension Usage {
  fileprivate init(claudeUsage usage: JSONValue, costInUSD: Double? = nil) {
    self.init(
      inputTokens: usage["input_tokens"].count + usage["cache_creation_input_tokens"].count,
      cachedInputTokens: usage["cache_read_input_tokens"].count,
      outputTokens: usage["output_tokens"].count, costInUSD: costInUSD)
  }

  /// The sum over all models; nil when there is none.
  fileprivate init?(claudeModels models: JSONValue) {
    guard case .object(let models) = models, !models.isEmpty else { return nil }
    self = models.values.map { usage in
      Usage(
        inputTokens: usage["inputTokens"].count + usage["cacheCreationInputTokens"].count,
        cachedInputTokens: usage["cacheReadInputTokens"].count,
        outputTokens: usage["outputTokens"].count, costInUSD: usage["costUSD"].amount)
    }.reduce(Usage(), +)
  }
}

extension Failure {
  /// What a `result` event of claude 2.1 says of a failure; nil when the agent finished. Its `subtype` is
  /// `success` for errors of the API as well: `is_error` and `terminal_reason` decide.
  init?(claudeResult event: JSONValue) {
    let subtype = event["subtype"].string ?? ""
    let words =
      event["result"].string ?? event["errors"].elements.compactMap(\.string).joined(separator: "; ")
    let detail = words.trimmed.isEmpty ? subtype : words.trimmed
    switch event["terminal_reason"].string ?? subtype {
    case "prompt_too_long": self.init(.contextExceeded, detail)
    // Turns are a budget too.
    case "budget_exhausted", "error_max_budget_usd", "max_turns", "error_max_turns":
      self.init(.overBudget, detail)
    case "structured_output_retry_exhausted", "error_max_structured_output_retries":
      self.init(.badOutput, detail)
    case "aborted_streaming", "aborted_tools": self.init(.crashed, "Claude Code was interrupted.")
    case let reason:
      // The model declined to answer (stop reasons of the Messages API).
      if event["stop_reason"].string == "refusal" {
        self.init(.refused, detail)
      } else if event["is_error"].bool == false {
        return nil
      } else {
        let kind =
          event["api_error_status"].int.flatMap(FailureClass.init(httpStatus:))
          ?? FailureClass(words: words)
          ?? (subtype == "error_during_execution" ? .crashed : nil)
          // No answer at all, for a reason that has no phrase yet; an answer such as 400 is a refusal.
          ?? (reason == "api_error" && event["api_error_status"] == .null ? .overloaded : .refused)
        self.init(kind, detail)
      }
    }
  }
}

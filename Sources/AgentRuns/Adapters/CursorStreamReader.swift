import PairCore

/// Reads `cursor-agent -p --output-format stream-json`, as documented. It tells neither tokens nor cost.
struct CursorStreamReader: JSONEventReader {
  private var hasSpoken = false

  mutating func read(_ event: JSONValue) -> [AgentEvent] {
    let subtype = event["subtype"].string ?? "no subtype"
    switch event["type"].string {
    case "system" where subtype == "init": return [AgentEvent(started: event)]
    case "system": return [.unknown(type: "system/\(subtype)")]
    case "assistant":
      let messages = event["message"]["content"].elements.flatMap { AgentEvent.messages($0["text"]) }
      hasSpoken = hasSpoken || !messages.isEmpty
      return messages
    // The prompt again, and thoughts.
    case "user", "thinking": return []
    case "tool_call" where subtype == "started": return Call(event["tool_call"]).map { [$0.used] } ?? []
    case "tool_call" where subtype == "completed": return Call(event["tool_call"])?.outcome ?? []
    case "tool_call": return [.unknown(type: "tool_call/\(subtype)")]
    case "result": return result(event)
    case let type: return [.unknown(type: type ?? "no type")]
    }
  }

  private func result(_ event: JSONValue) -> [AgentEvent] {
    let words = (event["result"].string ?? "").trimmed
    guard event["is_error"].bool == false else {
      let kind = FailureClass(words: words) ?? .refused
      return [.failed(Failure(kind, words.isEmpty ? "Cursor failed and did not say why." : words))]
    }
    // Its result is all that was said in one piece; the last message is what counts.
    return [.finished(message: hasSpoken || words.isEmpty ? nil : words)]
  }

  /// A tool call: an object whose only key names the tool, as in `{"shellToolCall": {"args": …, "result": …}}`.
  private struct Call {
    let name: String
    let call: JSONValue

    init?(_ value: JSONValue) {
      guard case .object(let members) = value,
        let member = members.first(where: { $0.key.hasSuffix("ToolCall") })
      else { return nil }
      name = String(member.key.dropLast("ToolCall".count))
      call = member.value
    }

    private var detail: String { call["args"].text(of: "command", "path", "pattern", "url", "query") }

    var used: AgentEvent { .toolUsed(name: name, detail: detail) }

    /// What came of it, as far as that changed or ran something.
    var outcome: [AgentEvent] {
      guard case .object(let results) = call["result"], let (how, result) = results.first else { return [] }
      switch (how, name) {
      case ("rejected", _), ("permissionDenied", _): return [.denied(tool: name, detail: detail)]
      case (_, "shell"): return [.commandRun(command: detail, exitCode: result["exitCode"].int)]
      case ("success", "write"), ("success", "edit"), ("success", "delete"):
        return [.fileChanged(path: detail)]
      default: return []
      }
    }
  }
}

import PairCore

extension Failure {
  /// What a `result` event of claude 2.1 says of a failure; nil when the agent finished.
  ///
  /// Its `subtype` is `success` for errors of the API as well: `is_error` and `terminal_reason` decide.
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

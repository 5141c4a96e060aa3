import PairCore

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

import PairCore

/// What a model provider's answer means, told by its HTTP status or, failing that, by its words.
extension FailureClass {
  /// Nil for a status that says too little, such as 400.
  init?(httpStatus: Int) {
    switch httpStatus {
    case 401, 403: self = .notAuthenticated
    case 413: self = .contextExceeded
    case 429: self = .rateLimited
    case 408, 500...599: self = .overloaded
    default: return nil
    }
  }

  /// Nil when no phrase in `words` is known. Phrases of claude 2.1.330 and codex 0.163.0; not being
  /// reached counts as overloaded, because the same call may succeed later.
  init?(words: String) {
    let folded = String(words.lowercased().map { $0 == "\u{2019}" ? "'" : $0 })
    if let status = folded.httpStatus, let kind = FailureClass(httpStatus: status) {
      self = kind
      return
    }
    let known = FailureClass.phrases.first { _, phrases in phrases.contains { folded.contains($0) } }
    guard let known else { return nil }
    self = known.key
  }

  private static let phrases: KeyValuePairs<FailureClass, [String]> = [
    .contextExceeded: ["prompt is too long", "context_length_exceeded", "context window", "context length"],
    .rateLimited: ["usage limit", "you've hit your limit", "rate limit", "rate_limit", "too many requests"],
    .notAuthenticated: [
      "not logged in", "not authenticated", "run /login", "cursor-agent login", "invalid api key",
      "invalid_api_key", "missing environment variable", "unauthorized", "log in again", "sign in again",
      "authentication",
    ],
    .overloaded: [
      "overloaded", "at capacity", "high demand", "temporarily unavailable", "stream disconnected",
      "connection failed", "connection refused", "connection dropped", "timeout", "timed out",
    ],
  ]
}

extension String {
  /// The digits in `unexpected status 401 Unauthorized`. Others are no status: a URL's port may be 429.
  fileprivate var httpStatus: Int? {
    let words = split(separator: " ")
    for (word, next) in zip(words, words.dropFirst()) {
      guard word == "status" || word == "status:", next.count == 3, let status = Int(next) else { continue }
      return status
    }
    return nil
  }
}

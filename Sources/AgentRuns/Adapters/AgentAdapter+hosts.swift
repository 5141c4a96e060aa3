import PairCore

// The hosts of models and logins. A variable that names another server comes first.

extension ClaudeAdapter {
  /// As of 2.1.330, with what it sends beside switched off.
  func hosts(_ environment: [String: String]) -> [String]? {
    if let named = endpoint(environment["ANTHROPIC_BASE_URL"]) { return [named] }
    if environment["CLAUDE_CODE_USE_BEDROCK"]?.isEmpty == false { return ["*.amazonaws.com"] }
    if environment["CLAUDE_CODE_USE_VERTEX"]?.isEmpty == false { return ["*.googleapis.com"] }
    if environment["CLAUDE_CODE_USE_FOUNDRY"]?.isEmpty == false { return ["*.azure.com"] }
    return ["*.anthropic.com", "claude.ai"]
  }
}

extension CodexAdapter {
  /// As of 0.163.0; a provider that its config.toml names has to stand under `network`.
  func hosts(_ environment: [String: String]) -> [String]? {
    endpoint(environment["OPENAI_BASE_URL"]).map { [$0] } ?? ["*.openai.com", "chatgpt.com"]
  }
}

extension CursorAdapter {
  func hosts(_ environment: [String: String]) -> [String]? { ["*.cursor.sh", "*.cursor.com"] }
}

extension RecipeAdapter {
  func hosts(_ environment: [String: String]) -> [String]? { [] }
}

/// Host and port of a URL (RFC 3986, 3.2); nil for none.
private func endpoint(_ url: String?) -> String? {
  guard let url, let scheme = url.firstRange(of: "://") else { return nil }
  let authority = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
  let host = authority.split(separator: "@").last.map(String.init) ?? ""
  if host.isEmpty { return nil }
  return host.contains(":") ? host : "\(host):\(url.hasPrefix("http://") ? 80 : 443)"
}

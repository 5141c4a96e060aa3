import PairCore

extension Failure {
  /// What the text of an error of codex 0.163 means; it brings no code of its own. Text that is the
  /// provider's JSON body is opened.
  init(codexMessage text: String) {
    let error = JSONValue(line: Array(text.utf8))?["error"] ?? .null
    let message = (error["message"].string ?? text).trimmed
    let kind =
      FailureClass(words: error["code"].string ?? "") ?? FailureClass(words: message) ?? .refused
    self.init(kind, message.isEmpty ? "Codex failed and did not say why." : message)
  }
}

package import PairCore

// Each of these reads one entry of a mapping: nil or empty where the entry is missing or null, and a
// `PairError` of kind `invalidInput` at the value where it is something else than asked for.
extension YAMLNode {
  /// The text of a scalar as written.
  package func string(_ key: String) throws(PairError) -> String? {
    guard let node = self[key] else { return nil }
    return try node.requireText(key)
  }

  /// A whole number in decimal digits.
  package func int(_ key: String) throws(PairError) -> Int? {
    guard let node = self[key] else { return nil }
    guard let number = Int(try node.requireText(key)) else {
      throw node.mismatch(key, "must be a whole number")
    }
    return number
  }

  /// A finite number in decimal digits.
  package func double(_ key: String) throws(PairError) -> Double? {
    guard let node = self[key] else { return nil }
    let text = try node.requireText(key)
    guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let number = Double(text),
      number.isFinite
    else { throw node.mismatch(key, "must be a number") }
    return number
  }

  /// `true` or `false`, and YAML 1.1's other words for them.
  package func bool(_ key: String) throws(PairError) -> Bool? {
    guard let node = self[key] else { return nil }
    switch try node.requireText(key).lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw node.mismatch(key, "must be true or false")
    }
  }

  /// A list of scalars, or one scalar with commas between its parts; null entries are left out.
  package func strings(_ key: String) throws(PairError) -> [String] {
    guard let node = self[key] else { return [] }
    switch node.content {
    case .scalar(let text, _):
      return text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    case .sequence(let nodes):
      var texts: [String] = []
      for node in nodes where !node.isNull { texts.append(try node.requireText("an entry of '\(key)'")) }
      return texts
    case .mapping: throw node.mismatch(key, "must be a list")
    }
  }

  /// The nodes of a list.
  package func sequence(_ key: String) throws(PairError) -> [YAMLNode] {
    guard let node = self[key] else { return [] }
    guard case .sequence(let nodes) = node.content else { throw node.mismatch(key, "must be a list") }
    return nodes
  }

  /// The pairs of this node; none when it is null.
  ///
  /// - Parameter name: what the node is, for the message.
  package func requireMapping(_ name: String) throws(PairError) -> [Pair] {
    if isNull { return [] }
    guard case .mapping(let pairs) = content else { throw mismatch(name, "must be a mapping") }
    return pairs
  }

  /// The text of this scalar.
  ///
  /// - Parameter name: what the node is, for the message.
  func requireText(_ name: String) throws(PairError) -> String {
    guard case .scalar(let text, _) = content else { throw mismatch(name, "must be one value") }
    return text
  }

  /// The error that says what `name` must be and what stands there.
  func mismatch(_ name: String, _ rule: String, hint: String? = nil) -> PairError {
    let subject = name.contains(" ") ? name : "'\(name)'"
    return PairError(.invalidInput, "\(subject) \(rule), not \(kindInWords)", at: location, hint: hint)
  }
}

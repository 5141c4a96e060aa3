package import PairCore

// Each of these reads one entry of a mapping: nil or empty where the entry is missing or null, and a
// `PairError` of kind `invalidInput` at the value where it is something else than asked for.
extension YAMLNode {
  /// What `read` makes of the text of a scalar; a text of which it makes nothing breaks `rule`.
  func value<Value>(
    _ key: String, _ rule: @autoclosure () -> String, hint: String? = nil, _ read: (String) -> Value?
  ) throws(PairError) -> Value? {
    guard let node = self[key] else { return nil }
    if let value = read(try node.requireText(key)) { return value }
    throw node.mismatch(key, rule(), hint: hint)
  }

  /// The text of a scalar as written.
  package func string(_ key: String) throws(PairError) -> String? { try self[key]?.requireText(key) }

  /// A whole number in decimal digits.
  package func int(_ key: String) throws(PairError) -> Int? {
    try value(key, "must be a whole number") { Int($0) }
  }

  /// A whole number out of `range`.
  func int(_ key: String, in range: ClosedRange<Int>, _ rule: String? = nil) throws(PairError) -> Int? {
    guard let node = self[key], let number = try int(key) else { return nil }
    if range.contains(number) { return number }
    throw node.mismatch(key, rule ?? "must be from \(range.lowerBound) to \(range.upperBound)")
  }

  /// A finite number in decimal digits.
  package func double(_ key: String) throws(PairError) -> Double? {
    try value(key, "must be a number") { text in
      text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
        ? Double(text).flatMap { $0.isFinite ? $0 : nil } : nil
    }
  }

  /// A number from 0 to `limit` of `unit`, such as "US dollars".
  func amount(_ key: String, upTo limit: Int, _ unit: String = "") throws(PairError) -> Double? {
    guard let node = self[key], let number = try double(key) else { return nil }
    if (0...Double(limit)).contains(number) { return number }
    throw node.mismatch(key, "must be from 0 to \(limit)\(unit.isEmpty ? "" : " ")\(unit)")
  }

  /// `true` or `false`, and YAML 1.1's other words for them.
  package func bool(_ key: String) throws(PairError) -> Bool? {
    let words = ["true": true, "yes": true, "on": true, "false": false, "no": false, "off": false]
    return try value(key, "must be true or false") { words[$0.lowercased()] }
  }

  /// One of the words of `Word`.
  func word<Word: RawRepresentable<String> & CaseIterable>(
    _ key: String, _ rule: String? = nil
  ) throws(PairError) -> Word? {
    let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
    return try value(key, rule ?? "must be one of \(known)") { Word(rawValue: $0) }
  }

  /// A span of time: seconds (`90`, `90s`), minutes (`10m`) or hours (`2h`), from a second to a week.
  func seconds(_ key: String) throws(PairError) -> Int? {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
    let limit = 7 * 24 * 3600
    return try value(
      key, "must be a time from a second to a week",
      hint: "Write seconds (90), or a number with its unit (90s, 10m, 2h)."
    ) { text in
      let unit = text.last.flatMap { units[$0] }
      let digits = unit == nil ? text[...] : text.dropLast()
      guard digits.allSatisfy(\.isASCIIDigit), let number = Int(digits), number <= limit,
        (1...limit).contains(number * (unit ?? 1))
      else { return nil }
      return number * (unit ?? 1)
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

  /// Names of environment variables, listed as `strings` are.
  func variables(_ key: String) throws(PairError) -> [VariablePattern] {
    var variables: [VariablePattern] = []
    let node = self[key]
    for text in try strings(key) {
      guard let variable = VariablePattern(reading: text) else {
        var entry = node ?? self
        if case .sequence(let nodes) = entry.content { entry = nodes.first { $0.isScalar(text) } ?? entry }
        throw entry.mismatch(
          "an entry of '\(key)'", "must be the name of a variable, or its beginning and '*'",
          hint: "Write 'NAME' or 'PREFIX_*', in letters, digits and '_'.")
      }
      variables.append(variable)
    }
    return variables
  }

  /// The nodes of a list.
  package func sequence(_ key: String) throws(PairError) -> [YAMLNode] {
    guard let node = self[key] else { return [] }
    guard case .sequence(let nodes) = node.content else { throw node.mismatch(key, "must be a list") }
    return nodes
  }

  // What these call the node in a message is `name`.

  /// The pairs of this node; none when it is null.
  package func requireMapping(_ name: String) throws(PairError) -> [Pair] {
    if isNull { return [] }
    guard case .mapping(let pairs) = content else { throw mismatch(name, "must be a mapping") }
    return pairs
  }

  /// Refuses a key that is none of `known`: a typo must not pass in silence.
  func requireKeys(_ known: [String], of name: String) throws(PairError) {
    for pair in try requireMapping(name) where !known.contains(pair.key) {
      throw PairError(
        .invalidInput, "\(name) has no key '\(pair.key.escapedForTerminal(limit: 60))'",
        at: pair.keyLocation, hint: "Known keys: \(known.joined(separator: ", ")).")
    }
  }

  private func isScalar(_ text: String) -> Bool {
    if case .scalar(text, _) = content { true } else { false }
  }

  /// The text of this scalar.
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

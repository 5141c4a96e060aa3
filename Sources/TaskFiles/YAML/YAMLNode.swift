package import PairCore

/// YAML as its author wrote it: scalars keep their text (`29.10` is not 29.1), mappings their order.
package struct YAMLNode: Sendable {
  package enum Content: Sendable {
    /// Its text; `isPlain` unless it is quoted or a block, so that only a plain `~` is null.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    /// Pairs in the file's order; no key stands twice.
    case mapping([Pair])
  }

  /// One entry of a mapping.
  package struct Pair: Sendable {
    package let key: String
    package let keyLocation: SourceLocation
    package let value: YAMLNode
  }

  package let content: Content
  package let location: SourceLocation

  /// Reads the one document of a YAML file; nil when the file holds none.
  ///
  /// - Throws: `PairError` of kind `invalidInput` where it is no valid YAML, or refused by `YAMLReader`.
  package static func parse(_ bytes: [UInt8], path: String) throws(PairError) -> YAMLNode? {
    let source = try SourceText(bytes, path: path)
    return try parse(source, lines: 1..<source.lineCount + 1)
  }

  /// Whether this is YAML's null: nothing, `~` or `null`, unquoted.
  package var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// The entry of a mapping; nil where there is none, it is null, or this is no mapping.
  package subscript(key: String) -> YAMLNode? {
    guard case .mapping(let pairs) = content,
      let value = pairs.first(where: { $0.key == key })?.value, !value.isNull
    else { return nil }
    return value
  }

  /// What the node is, for a message.
  var kindInWords: String {
    switch content {
    case .scalar where isNull: "nothing"
    case .scalar(let text, _): "'\(text.escapedForTerminal(limit: 60))'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

import PairCore

/// Builds nodes out of events. What an alias names is built once and shared, and counts each time.
struct YAMLReader: ~Copyable {
  private static let depthLimit = 64

  /// No file of a size that is read has so many values of its own: only aliases of aliases do.
  private static let sizeLimit = 1_000_000

  private struct Built {
    let node: YAMLNode
    let height: Int
    /// How many nodes it is, those of aliases counted each time.
    let size: Int
  }

  private var events: YAMLEvents
  private var anchored: [String: Built] = [:]
  /// Anchors of the nodes that are being built.
  private var open: [String] = []
  private var depth = 0

  init(_ events: consuming YAMLEvents) { self.events = events }

  /// The one document of the text; nil when it holds none.
  mutating func readDocument() throws(PairError) -> YAMLNode? {
    var root: YAMLNode?
    while true {
      let event = try events.next()
      switch event.kind {
      case .streamEnd: return root
      case .documentStart:
        if root != nil {
          throw PairError(
            .invalidInput, "a second YAML document begins here; a file holds one", at: event.location)
        }
        root = try read(try events.next()).node
      default: continue
      }
    }
  }

  private mutating func read(_ event: YAMLEvent) throws(PairError) -> Built {
    if case .alias(let name) = event.kind { return try resolve(name, at: event.location) }
    if let anchor = event.anchor { open.append(anchor) }
    depth += 1
    guard depth <= YAMLReader.depthLimit else { throw tooDeep(event.location) }
    let (content, parts) = try readContent(event)
    depth -= 1
    let built = Built(
      node: YAMLNode(content: content, location: event.location),
      height: 1 + (parts.map(\.height).max() ?? 0),
      size: parts.reduce(1) { $0 + $1.size })
    guard built.height <= YAMLReader.depthLimit else { throw tooDeep(event.location) }
    guard built.size <= YAMLReader.sizeLimit else {
      throw PairError(
        .invalidInput, "aliases unfold to more than \(YAMLReader.sizeLimit) values here", at: event.location,
        hint: "Write out what is meant, or name fewer things with '&' and '*'.")
    }
    if let anchor = event.anchor {
      open.removeLast()
      anchored[anchor] = built
    }
    return built
  }

  private func resolve(_ name: String, at location: SourceLocation) throws(PairError) -> Built {
    if open.contains(name) {
      throw PairError(.invalidInput, "an alias stands for a node that holds it", at: location)
    }
    guard let built = anchored[name] else {
      throw PairError(
        .invalidInput, "no node above is called '&\(name.escapedForTerminal(limit: 60))'", at: location,
        hint: "A text that begins with '*' needs quotes.")
    }
    return built
  }

  private mutating func readContent(
    _ event: YAMLEvent
  ) throws(PairError) -> (content: YAMLNode.Content, parts: [Built]) {
    var parts: [Built] = []
    switch event.kind {
    case .scalar(let text, let isPlain): return (.scalar(text, isPlain: isPlain), [])
    case .sequenceStart:
      while let item = try readUnlessEnd() { parts.append(item) }
      return (.sequence(parts.map(\.node)), parts)
    default:
      var pairs: [YAMLNode.Pair] = []
      var lines: [String: Int] = [:]
      while let builtKey = try readUnlessEnd() {
        let key = builtKey.node
        let name = try key.requireText("a key")
        if let line = lines.updateValue(key.location.line ?? 0, forKey: name) {
          throw PairError(
            .invalidInput, "'\(name.escapedForTerminal(limit: 60))' stands twice, first in line \(line)",
            at: key.location, hint: "Keep one of the two.")
        }
        let value = try read(try events.next())
        pairs.append(YAMLNode.Pair(key: name, keyLocation: key.location, value: value.node))
        parts += [builtKey, value]
      }
      return (.mapping(pairs), parts)
    }
  }

  /// The next node; nil at the end of the sequence or mapping that is being read.
  private mutating func readUnlessEnd() throws(PairError) -> Built? {
    let event = try events.next()
    if case .end = event.kind { return nil }
    return try read(event)
  }

  private func tooDeep(_ place: SourceLocation) -> PairError {
    PairError(.invalidInput, "this is nested deeper than \(YAMLReader.depthLimit) levels", at: place)
  }
}

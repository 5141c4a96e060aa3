import CYAML
import PairCore

// The one file that speaks to libyaml (yaml.h, 0.2.5). A handle lives inside one function; values
// come out, no pointer does.

extension YAMLNode {
  /// Reads the one document that stands in `lines` of `source`; nil when there is none.
  static func parse(_ source: SourceText, lines: Range<Int>) throws(PairError) -> YAMLNode? {
    let bytes = source.bytes(of: lines)
    if bytes.isEmpty { return nil }
    return try bytes.withUnsafeBufferPointer { input throws(PairError) in
      let parser = ParserHandle(reading: input)
      guard let document = parser.load() else { throw parser.error(in: source, lines) }
      guard let root = try document.root(in: source, firstLine: lines.lowerBound) else { return nil }
      guard let next = parser.load() else { throw parser.error(in: source, lines) }
      if let second = try next.root(in: source, firstLine: lines.lowerBound) {
        throw PairError(
          .invalidInput, "a second YAML document begins here; a file holds one", at: second.location)
      }
      return root
    }
  }
}

private struct ParserHandle: ~Copyable {
  let pointer: UnsafeMutablePointer<yaml_parser_t>

  /// `input` must outlive the handle and not be empty.
  init(reading input: UnsafeBufferPointer<UInt8>) {
    pointer = .allocate(capacity: 1)
    precondition(yaml_parser_initialize(pointer) == 1, "out of memory")
    yaml_parser_set_encoding(pointer, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(pointer, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(pointer)
    pointer.deallocate()
  }

  /// The next document; nil when the text is no YAML, and `error(in:_:)` says why.
  func load() -> DocumentHandle? {
    let document = UnsafeMutablePointer<yaml_document_t>.allocate(capacity: 1)
    guard yaml_parser_load(pointer, document) == 1 else {
      document.deallocate()  // The library has emptied it.
      return nil
    }
    return DocumentHandle(pointer: document)
  }

  func error(in source: SourceText, _ lines: Range<Int>) -> PairError {
    let parser = pointer.pointee
    let problem = parser.problem.map { String(cString: $0) } ?? "no reason given"
    let context = parser.context.map { " " + String(cString: $0) } ?? ""
    let location =
      if parser.error == YAML_READER_ERROR {  // This one alone has no mark.
        source.location(ofByte: source.start(ofLine: lines.lowerBound) + Int(parser.problem_offset))
      } else {
        source.location(
          line: lines.lowerBound + Int(parser.problem_mark.line),
          column: Int(parser.problem_mark.column) + 1)
      }
    return PairError(
      .invalidInput, "this is no valid YAML: \(problem)\(context)", at: location,
      hint: "Texts that hold ': ' or ' #', or begin with a sign, need quotes.")
  }
}

private struct DocumentHandle: ~Copyable {
  let pointer: UnsafeMutablePointer<yaml_document_t>

  deinit {
    yaml_document_delete(pointer)
    pointer.deallocate()
  }

  /// The document as a value; nil when it has no nodes, as at the end of the text.
  func root(in source: SourceText, firstLine: Int) throws(PairError) -> YAMLNode? {
    let nodes = pointer.pointee.nodes
    if nodes.start == nodes.top { return nil }
    var reader = NodeReader(nodes.start, source: source, firstLine: firstLine)
    return try reader.read(1).node
  }
}

/// Copies nodes out of a loaded document. An alias is the index of the node that it names, and each
/// node is read once, so aliases of aliases cost nothing.
private struct NodeReader {
  static let depthLimit = 64

  private let nodes: UnsafeMutablePointer<yaml_node_t>
  private let source: SourceText
  private let firstLine: Int
  private var known: [Int: (node: YAMLNode, height: Int)] = [:]
  private var open: Set<Int> = []

  init(_ nodes: UnsafeMutablePointer<yaml_node_t>, source: SourceText, firstLine: Int) {
    self.nodes = nodes
    self.source = source
    self.firstLine = firstLine
  }

  /// The node of that index, which counts from one, and how many levels it has.
  mutating func read(_ index: Int) throws(PairError) -> (node: YAMLNode, height: Int) {
    if let read = known[index] { return read }
    let raw = nodes[index - 1]
    let place = source.location(
      line: firstLine + Int(raw.start_mark.line), column: Int(raw.start_mark.column) + 1)
    guard open.insert(index).inserted else {
      throw PairError(.invalidInput, "an alias stands for a node that holds it", at: place)
    }
    guard open.count <= NodeReader.depthLimit else { throw tooDeep(place) }
    var height = 0
    let content: YAMLNode.Content
    switch raw.type {
    case YAML_SEQUENCE_NODE:
      var items: [YAMLNode] = []
      let list = raw.data.sequence.items
      for item in UnsafeBufferPointer(start: list.start, count: list.top - list.start) {
        let child = try read(Int(item))
        items.append(child.node)
        height = max(height, child.height)
      }
      content = .sequence(items)
    case YAML_MAPPING_NODE:
      let (pairs, tallest) = try readPairs(of: raw)
      content = .mapping(pairs)
      height = tallest
    default:
      let scalar = raw.data.scalar
      let text = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      content = .scalar(
        String(decoding: text, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    }
    open.remove(index)
    guard height < NodeReader.depthLimit else { throw tooDeep(place) }
    let read = (node: YAMLNode(content, at: place), height: height + 1)
    known[index] = read
    return read
  }

  private mutating func readPairs(
    of raw: yaml_node_t
  ) throws(PairError) -> (pairs: [YAMLNode.Pair], tallest: Int) {
    var pairs: [YAMLNode.Pair] = []
    var lines: [String: Int] = [:]
    var tallest = 0
    let list = raw.data.mapping.pairs
    for pair in UnsafeBufferPointer(start: list.start, count: list.top - list.start) {
      let key = try read(Int(pair.key)).node
      let name = try key.requireText("a key")
      if let line = lines[name] {
        throw PairError(
          .invalidInput, "'\(name.escapedForTerminal(limit: 60))' stands twice, first in line \(line)",
          at: key.location, hint: "Keep one of the two.")
      }
      lines[name] = key.location.line
      let value = try read(Int(pair.value))
      pairs.append(YAMLNode.Pair(key: name, keyLocation: key.location, value: value.node))
      tallest = max(tallest, value.height)
    }
    return (pairs, tallest)
  }

  private func tooDeep(_ place: SourceLocation) -> PairError {
    PairError(.invalidInput, "this is nested deeper than \(NodeReader.depthLimit) levels", at: place)
  }
}

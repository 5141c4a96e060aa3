import CYAML
import PairCore

// The one file that speaks to libyaml (yaml.h, 0.2.5). A handle lives inside one function; values come out.

/// A step through a YAML text, with the place where it begins.
struct YAMLEvent: Sendable {
  enum Kind: Sendable {
    case documentStart
    case scalar(String, isPlain: Bool)
    case alias(String)
    case sequenceStart
    case mappingStart
    /// The end of a sequence or a mapping.
    case end
    case streamEnd
    /// What carries nothing: the start of the stream, the end of a document.
    case other
  }

  let kind: Kind
  let anchor: String?
  let location: SourceLocation
}

/// The events of a YAML text. Whole documents are not loaded by the library: its scanner takes time in
/// the square of the depth, so whoever reads the events stops where it gets too deep.
struct YAMLEvents: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let source: SourceText
  private let lines: Range<Int>
  /// Where in `source` each of the library's lines begins; empty where its lines are those of `source`.
  private let lineStarts: [SourceLocation]

  /// `input` holds `lines` of `source`; it must outlive this value and not be empty.
  fileprivate init(_ input: UnsafeBufferPointer<UInt8>, from source: SourceText, lines: Range<Int>) {
    self.source = source
    self.lines = lines
    self.lineStarts = source.yamlLineStarts(in: lines)
    parser = .allocate(capacity: 1)
    precondition(yaml_parser_initialize(parser) == 1, "out of memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// Reads the next event.
  mutating func next() throws(PairError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw error() }
    defer { yaml_event_delete(&event) }
    let kind: YAMLEvent.Kind
    var anchor: UnsafeMutablePointer<yaml_char_t>?
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_STREAM_END_EVENT: kind = .streamEnd
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .end
    case YAML_ALIAS_EVENT: kind = .alias(String(cString: event.data.alias.anchor))
    case YAML_SEQUENCE_START_EVENT:
      kind = .sequenceStart
      anchor = event.data.sequence_start.anchor
    case YAML_MAPPING_START_EVENT:
      kind = .mappingStart
      anchor = event.data.mapping_start.anchor
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      kind = .scalar(String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      anchor = scalar.anchor
    default: kind = .other
    }
    return YAMLEvent(
      kind: kind, anchor: anchor.map { String(cString: $0) }, location: location(event.start_mark))
  }

  private func location(_ mark: yaml_mark_t) -> SourceLocation {
    guard Int(mark.line) < lineStarts.count else {
      return source.location(line: lines.lowerBound + Int(mark.line), column: Int(mark.column) + 1)
    }
    let start = lineStarts[Int(mark.line)]
    return source.location(line: start.line ?? 1, column: (start.column ?? 1) + Int(mark.column))
  }

  private func error() -> PairError {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "no reason given"
    let context = state.context.map { " " + String(cString: $0) } ?? ""
    // What the reader finds, before any YAML, has an offset and no mark.
    let start = source.start(ofLine: lines.lowerBound)
    let place =
      state.error == YAML_READER_ERROR
      ? source.location(ofByte: start + Int(state.problem_offset)) : location(state.problem_mark)
    return PairError(
      .invalidInput, "this is no valid YAML: \(problem)\(context)", at: place,
      hint: "Texts that hold ': ' or ' #', or begin with a sign, need quotes.")
  }
}

extension SourceText {
  /// Where YAML 1.1 begins its lines: also behind U+0085, U+2028, U+2029 (chapter 5.4); empty without these.
  fileprivate func yamlLineStarts(in lines: Range<Int>) -> [SourceLocation] {
    let isBreak = { (scalar: Unicode.Scalar) in [0x85, 0x2028, 0x2029].contains(scalar.value) }
    guard String(decoding: bytes(of: lines), as: UTF8.self).unicodeScalars.contains(where: isBreak) else {
      return []
    }
    var starts: [SourceLocation] = []
    for number in lines {
      starts.append(location(line: number, column: 1))
      for (index, scalar) in String(decoding: line(number), as: UTF8.self).unicodeScalars.enumerated()
      where isBreak(scalar) {
        starts.append(location(line: number, column: index + 2))
      }
    }
    // The library ends the last line even where the text does not.
    return starts + [location(line: lines.upperBound, column: 1)]
  }
}

extension YAMLNode {
  /// Reads the mapping `name` that stands in `lines` of `source`; an empty one at line `top` when there is nothing.
  static func parseMapping(
    _ source: SourceText, _ lines: Range<Int>, _ name: String, at top: Int
  ) throws(PairError) -> YAMLNode {
    let empty = YAMLNode(content: .mapping([]), location: source.location(line: top, column: 1))
    let node = try parse(source, lines: lines) ?? empty
    _ = try node.requireMapping(name)
    return node
  }

  /// Reads the one document that stands in `lines` of `source`; nil when there is none.
  static func parse(_ source: SourceText, lines: Range<Int>) throws(PairError) -> YAMLNode? {
    let bytes = source.bytes(of: lines)
    if bytes.isEmpty { return nil }
    return try bytes.withUnsafeBufferPointer { input throws(PairError) in
      var reader = YAMLReader(YAMLEvents(input, from: source, lines: lines))
      return try reader.readDocument()
    }
  }
}

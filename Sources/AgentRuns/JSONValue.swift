import PairCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A JSON document whose shape is another program's to decide.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The document on one line of an event stream; nil when the line is no JSON. Bytes that are no UTF-8
  /// become U+FFFD. So does half a surrogate pair: agents cut long output between two UTF-16 units, and
  /// JSON.stringify (ECMA-262) then writes the half as an escape.
  init?(line: [UInt8]) {
    let text = String(decoding: line, as: UTF8.self)
    let whole = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))  // Else: perhaps cut.
    let value =
      whole
      ?? JSONSurrogateRepair.repaired(Array(text.utf8)).flatMap {
        try? JSONDecoder().decode(JSONValue.self, from: Data($0))  // Else: no JSON at all.
      }
    guard let value else { return nil }
    self = value
  }

  /// The member called `key`; `null` where there is none, so that look-ups chain.
  subscript(key: String) -> JSONValue {
    if case .object(let members) = self { members[key] ?? .null } else { .null }
  }

  var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  var int: Int? {
    if case .int(let value) = self { value } else { nil }
  }

  var double: Double? {
    switch self {
    case .double(let value): value
    case .int(let value): Double(value)
    default: nil
    }
  }

  /// A number of things, within bounds that no sum of many can leave; 0 for what is no number.
  var count: Int { min(max(int ?? 0, 0), 1_000_000_000_000) }

  /// A moment in seconds since 1970, within the same bounds; nil for what is no number.
  var moment: Timestamp? { int == nil ? nil : Timestamp(secondsSince1970: Int64(count)) }

  /// An amount of money, likewise; nil for what is no number.
  var amount: Double? { double.map { min(max($0, 0), 1_000_000_000) } }

  var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The first of the members `keys` that is a text: what a tool call is about, in its own words. Empty without one.
  func text(of keys: String...) -> String { keys.lazy.compactMap { self[$0].string }.first ?? "" }

  /// The document as JSON text; nil for `null`.
  var text: String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard self != .null, let data = try? encoder.encode(self)  // What was decoded can be encoded.
    else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  /// The elements; empty when this is no array.
  var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }
}

extension JSONValue: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
      return
    }
    // A decoder tells a value's kind only by failing at the others: each of these errors means "another kind".
    func decoded<Value: Decodable>(_ type: Value.Type) -> Value? { try? container.decode(type) }
    let simple =
      decoded(String.self).map(JSONValue.string) ?? decoded(Bool.self).map(JSONValue.bool)
      ?? decoded(Int.self).map(JSONValue.int) ?? decoded(Double.self).map(JSONValue.double)
    self =
      try simple ?? decoded([JSONValue].self).map(JSONValue.array)
      ?? .object(container.decode([String: JSONValue].self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }
}

/// Makes JSON with unpaired surrogate escapes readable.
enum JSONSurrogateRepair {
  private static let replacement = Array(#"\ufffd"#.utf8)

  /// `json` with each unpaired `\uD800`…`\uDFFF` replaced by `\ufffd`; nil when there is none.
  static func repaired(_ json: [UInt8]) -> [UInt8]? {
    var repaired: [UInt8] = []
    var found = false
    var index = 0
    while index < json.count {
      guard json[index] == UInt8(ascii: "\\") else {
        repaired.append(json[index])
        index += 1
        continue
      }
      let unit = codeUnit(in: json, at: index)
      let isPair = isHigh(unit) && isLow(codeUnit(in: json, at: index + 6))
      let isHalf = !isPair && (isHigh(unit) || isLow(unit))
      let length = isPair ? 12 : unit == nil ? 2 : 6
      repaired += isHalf ? replacement[...] : json[index..<min(index + length, json.count)]
      found = found || isHalf
      index += length
    }
    return found ? repaired : nil
  }

  private static func isHigh(_ unit: UInt32?) -> Bool { unit.map { (0xD800...0xDBFF).contains($0) } ?? false }
  private static func isLow(_ unit: UInt32?) -> Bool { unit.map { (0xDC00...0xDFFF).contains($0) } ?? false }

  /// The UTF-16 unit that an escape `\uXXXX` at `index` stands for; nil when none stands there.
  private static func codeUnit(in json: [UInt8], at index: Int) -> UInt32? {
    guard index + 6 <= json.count, json[index] == UInt8(ascii: "\\"), json[index + 1] == UInt8(ascii: "u")
    else { return nil }
    return UInt32(String(decoding: json[index + 2..<index + 6], as: UTF8.self), radix: 16)
  }
}

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
    if let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) {  // Else: perhaps cut.
      self = value
    } else if let repaired = JSONSurrogateRepair.repaired(Array(text.utf8)),
      let value = try? JSONDecoder().decode(JSONValue.self, from: Data(repaired))  // Else: no JSON at all.
    {
      self = value
    } else {
      return nil
    }
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
    if let value = decoded(String.self) {
      self = .string(value)
    } else if let value = decoded(Bool.self) {
      self = .bool(value)
    } else if let value = decoded(Int.self) {
      self = .int(value)
    } else if let value = decoded(Double.self) {
      self = .double(value)
    } else if let value = decoded([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
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

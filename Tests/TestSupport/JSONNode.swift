import Foundation

/// Any JSON, with the kinds of its values kept apart: `1`, `1.5` and `true` differ.
package enum JSONNode: Hashable, Sendable, Decodable {
  case object([String: JSONNode])
  case array([JSONNode])
  case string(String)
  case integer(Int)
  case number(Double)
  case boolean(Bool)
  case null

  package init(_ text: String) throws {
    self = try JSONDecoder().decode(JSONNode.self, from: Data(text.utf8))
  }

  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    // Each kind is tried in its turn: what fails here is another one.
    if let text = try? value.decode(String.self) {
      self = .string(text)
    } else if let fields = try? value.decode([String: JSONNode].self) {
      self = .object(fields)
    } else if let items = try? value.decode([JSONNode].self) {
      self = .array(items)
    } else if let number = try? value.decode(Int.self) {
      self = .integer(number)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let flag = try? value.decode(Bool.self) {
      self = .boolean(flag)
    } else {
      guard value.decodeNil() else {
        throw DecodingError.dataCorruptedError(in: value, debugDescription: "a value of no kind of JSON's")
      }
      self = .null
    }
  }

  /// What `key` has in an object; nil for nothing, and in anything else.
  package subscript(_ key: String) -> JSONNode? {
    if case .object(let fields) = self { fields[key] } else { nil }
  }

  package var text: String? { if case .string(let text) = self { text } else { nil } }

  /// The values right below it.
  package var children: [JSONNode] {
    switch self {
    case .object(let fields): fields.keys.sorted().compactMap { fields[$0] }
    case .array(let items): items
    case .string, .integer, .number, .boolean, .null: []
    }
  }

  /// Whether JSON Schema gives it the type `name`; nil for no type of its.
  func hasType(_ name: String) -> Bool? {
    switch (name, self) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .boolean), ("null", .null),
      ("integer", .integer), ("number", .integer), ("number", .number):
      true
    case ("integer", .number(let number)): number == number.rounded()
    case ("object", _), ("array", _), ("string", _), ("boolean", _), ("null", _), ("integer", _),
      ("number", _):
      false
    default: nil
    }
  }
}

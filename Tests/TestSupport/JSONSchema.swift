/// As much of JSON Schema 2020-12 as docs/schemas uses. What it does not know is an error: nothing is passed over.
package struct JSONSchema: Sendable {
  package struct Invalid: Error, CustomStringConvertible {
    package let description: String
  }

  package let root: JSONNode
  /// Its `$id`; empty without one.
  package let id: String

  /// - Throws: `Invalid` for an unknown keyword, a keyword with a value of the wrong kind, or a `$ref` to nothing.
  package init(_ text: String) throws {
    root = try JSONNode(text)
    id = root["$id"]?.text ?? ""
    try check(root, at: "#")
  }

  /// What is wrong with `value`, each with its place; empty where it is valid.
  package func faults(in value: JSONNode) -> [String] { faults(in: value, by: root, at: "$") }

  // MARK: The schema itself

  private func check(_ schema: JSONNode, at place: String) throws {
    guard case .object(let fields) = schema else { throw Invalid(description: "\(place) is no schema") }
    for (keyword, value) in fields {
      let here = "\(place)/\(keyword)"
      let isGood: Bool
      switch (keyword, value) {
      case ("$schema", .string), ("$id", .string): isGood = place == "#"
      case ("description", .string), ("additionalProperties", .boolean), ("const", _): isGood = true
      case ("type", .string(let name)): isGood = JSONNode.null.hasType(name) != nil
      case ("required", .array(let names)): isGood = names.allSatisfy { $0.text != nil }
      case ("enum", .array(let values)): isGood = !values.isEmpty
      case ("$ref", .string(let name)): isGood = definition(name) != nil
      case ("properties", .object(let schemas)), ("$defs", .object(let schemas)):
        isGood = keyword == "properties" || place == "#"
        for (name, schema) in schemas { try check(schema, at: "\(here)/\(name)") }
      case ("items", .object):
        isGood = true
        try check(value, at: here)
      case ("anyOf", .array(let schemas)):
        isGood = !schemas.isEmpty
        for (index, schema) in schemas.enumerated() { try check(schema, at: "\(here)/\(index)") }
      default: isGood = false
      }
      if !isGood { throw Invalid(description: "\(here): this is not known here") }
    }
  }

  /// The definition in `$defs` that `ref` names; nil where there is none.
  private func definition(_ ref: String) -> JSONNode? {
    let prefix = "#/$defs/"
    return ref.hasPrefix(prefix) ? root["$defs"]?[String(ref.dropFirst(prefix.count))] : nil
  }

  // MARK: Values

  private func faults(in value: JSONNode, by schema: JSONNode, at place: String) -> [String] {
    var faults: [String] = []
    if let name = schema["$ref"]?.text, let definition = definition(name) {
      faults += self.faults(in: value, by: definition, at: place)
    }
    if let type = schema["type"]?.text, value.hasType(type) != true {
      faults.append("\(place) is no \(type)")
    }
    if let only = schema["const"], value != only { faults.append("\(place) is not \(only)") }
    if case .array(let values)? = schema["enum"], !values.contains(value) {
      faults.append("\(place) is none of the values that it may have: \(value)")
    }
    if case .array(let items) = value, let each = schema["items"] {
      faults += items.enumerated().flatMap { self.faults(in: $1, by: each, at: "\(place)[\($0)]") }
    }
    if case .object(let fields) = value {
      faults += self.faults(in: fields, by: schema, at: place)
    }
    if case .array(let ways)? = schema["anyOf"] {
      let all = ways.map { self.faults(in: value, by: $0, at: place) }
      // The nearest miss says most.
      if !all.contains([]), let nearest = all.min(by: { $0.count < $1.count }) { faults += nearest }
    }
    return faults
  }

  private func faults(in fields: [String: JSONNode], by schema: JSONNode, at place: String) -> [String] {
    var faults: [String] = []
    let isClosed = schema["additionalProperties"] == .boolean(false)
    for name in fields.keys.sorted() {
      if let own = schema["properties"]?[name], let value = fields[name] {
        faults += self.faults(in: value, by: own, at: "\(place).\(name)")
      } else if isClosed {
        faults.append("\(place).\(name) is not in the schema")
      }
    }
    let missing = (schema["required"]?.children ?? []).compactMap(\.text).filter { fields[$0] == nil }
    return faults + missing.map { "\(place).\($0) is missing" }
  }
}

import TestSupport
import Testing

/// The validator that holds what commands print against docs/schemas.
@Suite struct JSONSchemaTests {
  private func faults(_ schema: String, _ value: String) throws -> [String] {
    try JSONSchema(schema).faults(in: JSONNode(value))
  }

  @Test(arguments: [
    ("object", "{}"), ("array", "[]"), ("string", #""1""#), ("integer", "1"), ("integer", "1.0"),
    ("number", "1"), ("number", "1.5"), ("boolean", "true"), ("null", "null"),
  ])
  func `a value has its type`(type: String, value: String) throws {
    #expect(try faults(#"{"type": "\#(type)"}"#, value) == [])
  }

  @Test(arguments: [
    ("object", "[]"), ("array", "{}"), ("string", "1"), ("integer", "1.5"), ("integer", "true"),
    ("number", "true"), ("number", #""1""#), ("boolean", "0"), ("null", "false"), ("integer", "null"),
  ])
  func `a value of another type is told`(type: String, value: String) throws {
    #expect(try faults(#"{"type": "\#(type)"}"#, value) == ["$ is no \(type)"])
  }

  @Test func `a field that is missing, one too many and a bad one are told with their places`() throws {
    let schema = """
      {"type": "object", "required": ["a", "b"], "additionalProperties": false,
       "properties": {"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "array", "items": {"enum": [1, 2]}}}}
      """
    #expect(try faults(schema, #"{"a": "", "b": ""}"#) == [])
    #expect(try faults(schema, #"{"a": "", "b": "", "c": [1, 2]}"#) == [])
    let found = try faults(schema, #"{"a": 1, "c": [1, 3], "d": null}"#)
    #expect(found.count == 4)
    #expect(found[0] == "$.a is no string")
    #expect(found[1].hasPrefix("$.c[1] is none of the values that it may have"))
    #expect(found[2...] == ["$.d is not in the schema", "$.b is missing"])
  }

  @Test func `without additionalProperties an object may have more`() throws {
    #expect(try faults(#"{"type": "object", "properties": {}}"#, #"{"a": 1}"#) == [])
    #expect(try faults(#"{"additionalProperties": true}"#, #"{"a": 1}"#) == [])
  }

  @Test func `a value is what const says, whole`() throws {
    #expect(try faults(#"{"const": {"a": [1]}}"#, #"{"a": [1]}"#) == [])
    #expect(try faults(#"{"const": {"a": [1]}}"#, #"{"a": [2]}"#).count == 1)
    #expect(try faults(#"{"const": 1}"#, "true").count == 1)
  }

  @Test func `one of the alternatives is enough, and the nearest miss is told`() throws {
    let schema = """
      {"anyOf": [{"type": "string"}, {"type": "object", "required": ["a", "b", "c"]}]}
      """
    #expect(try faults(schema, #""x""#) == [])
    #expect(try faults(schema, #"{"a": 1, "b": 2, "c": 3}"#) == [])
    #expect(try faults(schema, "{}") == ["$ is no string"])
    #expect(try faults(schema, #"{"a": 1, "b": 2}"#).count == 1)
  }

  @Test func `a reference leads to its definition, and back to itself`() throws {
    let schema = """
      {"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object", "required": ["name"], "additionalProperties": false,
        "properties": {"name": {"type": "string"}, "below": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}}}}
      """
    #expect(try faults(schema, #"{"name": "a", "below": [{"name": "b"}]}"#) == [])
    #expect(try faults(schema, #"{"name": "a", "below": [{"below": []}]}"#) == ["$.below[0].name is missing"])
  }

  @Test(arguments: [
    #"{"pattern": "x"}"#, #"{"type": "text"}"#, #"{"type": ["string", "null"]}"#, #"{"required": [1]}"#,
    #"{"additionalProperties": {"type": "string"}}"#, #"{"items": [{}]}"#, ##"{"$ref": "#/$defs/none"}"##,
    #"{"$ref": "other.json"}"#, #"{"anyOf": []}"#, #"{"enum": []}"#,
    #"{"properties": {"a": {"minimum": 1}}}"#,
    #"{"items": {"oneOf": []}}"#, #"{"$defs": {"unused": {"format": "date"}}}"#, #"{"items": {"$defs": {}}}"#,
    #"{"anyOf": [{"not": {}}]}"#, "true", "[]",
  ])
  func `a schema that says more than the validator knows is refused`(schema: String) {
    #expect(throws: JSONSchema.Invalid.self) { try JSONSchema(schema) }
  }
}

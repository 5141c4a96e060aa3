import FoundationEssentials

/// The JSON form of what is recorded and printed: sorted keys, so that the same value is the same bytes.
package enum Record {
  package static func json(_ value: some Encodable) throws -> [UInt8] {
    try encode(value, [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]) + [UInt8(ascii: "\n")]
  }

  /// The same on one line, without a line break: for JSON Lines.
  package static func line(_ value: some Encodable) throws -> String {
    String(decoding: try encode(value, [.sortedKeys, .withoutEscapingSlashes]), as: UTF8.self)
  }

  private static func encode(
    _ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting
  ) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    return Array(try encoder.encode(value))
  }

  package static func read<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
  }
}

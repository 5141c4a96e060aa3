import Foundation
import TestSupport
import Testing

/// What docs/schemas says.
enum Schemas {
  static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Each file's schema by the name that it gives itself.
  static let all = Result { () throws -> [String: JSONSchema] in
    let folder = top.appendingPathComponent("docs/schemas")
    var schemas: [String: JSONSchema] = [:]
    for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    where file.pathExtension == "json" {
      let schema = try JSONSchema(String(contentsOf: file, encoding: .utf8))
      // agents.schema.json holds bpsai-pair/agents/1.
      let name = file.lastPathComponent.dropLast(".schema.json".count)
      try #require(schema.id.hasPrefix("bpsai-pair/\(name)/") && schemas[schema.id] == nil)
      schemas[schema.id] = schema
    }
    return schemas
  }

  /// The values that `output` consists of: one, or one in each line.
  static func values(in output: String) throws -> [JSONNode] {
    if output.isEmpty { return [] }
    if let whole = try? JSONNode(output) { return [whole] }  // Else there are several.
    return try output.split(separator: "\n").map { try JSONNode(String($0)) }
  }

  /// What is wrong with what a command printed with `--json`; empty where its schema has nothing against it.
  static func faults(in output: String) throws -> [String] {
    try values(in: output).flatMap { value in
      guard let name = value["schema"]?.text, let schema = try all.get()[name] else {
        return ["it names no schema of docs/schemas"]
      }
      return schema.faults(in: value)
    }
  }
}

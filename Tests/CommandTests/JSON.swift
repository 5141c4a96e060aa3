import Foundation

/// What a command printed with `--json`, read loosely. A missing value has the text `""`.
struct JSON: CustomStringConvertible {
  private let value: Any?

  init(_ text: String) throws { value = try JSONSerialization.jsonObject(with: Data(text.utf8)) }

  private init(value: Any?) { self.value = value }

  subscript(_ keys: String...) -> JSON {
    JSON(value: keys.reduce(value) { ($0 as? [String: Any])?[$1] })
  }

  var list: [JSON] { (value as? [Any] ?? []).map { JSON(value: $0) } }
  /// A string as it is, a number in decimal.
  var text: String { value as? String ?? (value as? NSNumber).map { "\($0)" } ?? "" }
  var description: String { "\(value ?? "nothing")" }

  static func == (json: JSON, text: String) -> Bool { json.text == text }
}

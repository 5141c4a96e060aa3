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
      var length = unit == nil ? 2 : 6
      switch unit {
      case .some(0xD800...0xDBFF):
        if case .some(0xDC00...0xDFFF) = codeUnit(in: json, at: index + 6) {
          length = 12
        } else {
          found = true
          repaired += replacement
          index += length
          continue
        }
      case .some(0xDC00...0xDFFF):
        found = true
        repaired += replacement
        index += length
        continue
      default: break
      }
      repaired += json[index..<min(index + length, json.count)]
      index += length
    }
    return found ? repaired : nil
  }

  /// The UTF-16 unit that an escape `\uXXXX` at `index` stands for; nil when none stands there.
  private static func codeUnit(in json: [UInt8], at index: Int) -> UInt32? {
    guard index + 6 <= json.count, json[index] == UInt8(ascii: "\\"),
      json[index + 1] == UInt8(ascii: "u")
    else { return nil }
    return UInt32(String(decoding: json[index + 2..<index + 6], as: UTF8.self), radix: 16)
  }
}

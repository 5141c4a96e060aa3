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

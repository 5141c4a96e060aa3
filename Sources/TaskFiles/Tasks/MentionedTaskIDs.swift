import PairCore

extension String {
  /// Whether a person wrote that there is nothing: "None", "none - can start now", "N/A".
  var saysNone: Bool {
    let words = lowercased().split { !$0.isAnyLetter && $0 != "/" }
    return words.isEmpty || words.first == "none" || words.first == "n/a"
  }

  /// What looks like task ids in a sentence, in order: `TASK-123`, `T18.1`; of a range, `T2.1-T2.9`, all.
  ///
  /// - Parameter room: how many ids ranges may add, lest a file of ranges grow a hundredfold.
  func mentionedTaskIDs(room: Int = 1000) -> [String] {
    let isPart = { (c: Character) in
      c.isASCII && (c.isAnyLetter || c.isAnyNumber) || c == "-" || c == "." || c == "_"
    }
    let words = replacing("–", with: "-").split { !isPart($0) }
    var ids: [String] = []
    var room = room
    for word in words {
      let found = TaskIDShape.ids(in: word, room: room)
      room -= max(0, found.count - 2)
      ids += found
    }
    return ids.uniqued
  }
}

/// The shape of ids: capital letters, perhaps a hyphen, numbers with dots between them.
private struct TaskIDShape {
  let text: Substring
  /// All but the last number.
  let stem: Substring
  let lastNumber: Substring

  /// Standards and the like, which have the same shape.
  private static let otherNames: Set<String> = [
    "AES", "CVE", "HTTP", "IEEE", "ISO", "MD", "PEP", "RFC", "RSA", "SHA", "TLS", "UTF", "V",
  ]
  /// A longer range is taken as its two ends.
  private static let rangeLimit = 100

  /// The id or the range of ids that `word` is.
  static func ids(in word: Substring, room: Int) -> [String] {
    guard let first = TaskIDShape(at: word) else { return [] }
    let rest = word[first.text.endIndex...]
    if rest.allSatisfy({ $0 == "." || $0 == "-" }) { return [String(first.text)] }
    guard rest.first == "-", let last = TaskIDShape(at: rest.dropFirst()),
      word[last.text.endIndex...].allSatisfy({ $0 == "." || $0 == "-" })
    else { return [] }
    return first.ids(through: last, room: room)
  }

  /// The longest id that `word` begins with.
  init?(at word: Substring) {
    let letters = word.prefix { ("A"..."Z").contains($0) }
    var end = letters.endIndex
    let isHyphenated = word[end...].first == "-"
    if isHyphenated { end = word.index(after: end) }
    var stemEnd = end
    var numbers = 0
    while true {
      let digits = word[end...].prefix(while: \.isASCIIDigit)
      if digits.isEmpty { break }
      numbers += 1
      stemEnd = end
      end = digits.endIndex
      let afterDot = word[end...].dropFirst()
      guard word[end...].first == ".", afterDot.first?.isASCIIDigit == true else { break }
      end = afterDot.startIndex
    }
    guard !letters.isEmpty, letters.count <= 12, numbers > 0,
      isHyphenated || numbers > 1 || letters == "T",
      !TaskIDShape.otherNames.contains(String(letters))
    else { return nil }
    if let next = word[end...].first, next.isAnyLetter || next == "_" { return nil }
    self.text = word[..<end]
    self.stem = word[..<stemEnd]
    self.lastNumber = word[stemEnd..<end]
  }

  private func ids(through last: TaskIDShape, room: Int) -> [String] {
    let ends = [String(text), String(last.text)]
    guard stem == last.stem, let low = Int(lastNumber), let high = Int(last.lastNumber), low < high,
      high - low < TaskIDShape.rangeLimit, high - low - 1 <= room
    else { return ends }
    let isPadded = lastNumber.count == last.lastNumber.count
    return (low...high).map { number in
      let digits = String(number)
      let padding = isPadded ? max(0, lastNumber.count - digits.count) : 0
      return stem + String(repeating: "0", count: padding) + digits
    }
  }
}

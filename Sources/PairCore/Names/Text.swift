extension UInt8 {
  var isASCIIDigit: Bool { (0x30...0x39).contains(self) }
  var isASCIILetter: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
  var isASCIIBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
  var isASCIILetterOrDigit: Bool { isASCIIDigit || isASCIILetter }
}

// The standard library looks every character up in Unicode's tables; nearly all are ASCII.
extension Character {
  /// `isLetter`, quicker.
  package var isAnyLetter: Bool { asciiValue.map(\.isASCIILetter) ?? isLetter }
  /// `isNumber`, quicker.
  package var isAnyNumber: Bool { asciiValue.map(\.isASCIIDigit) ?? isNumber }
  /// `isWhitespace`, quicker.
  package var isBlank: Bool { asciiValue.map(\.isASCIIBlank) ?? isWhitespace }
}

extension Unicode.Scalar {
  fileprivate var isASCIIBlank: Bool { isASCII && UInt8(value).isASCIIBlank }
}

extension StringProtocol {
  /// The text without white space at either end.
  package var trimmed: String {
    let scalars = unicodeScalars
    var (start, end) = (scalars.startIndex, scalars.endIndex)
    while start < end, scalars[start].isASCIIBlank { start = scalars.index(after: start) }
    while start < end, scalars[scalars.index(before: end)].isASCIIBlank { end = scalars.index(before: end) }
    if start == end { return "" }
    let isASCII = scalars[start].isASCII && scalars[scalars.index(before: end)].isASCII
    return isASCII ? String(self[start..<end]) : self[start..<end].trimmedByCharacters
  }

  private var trimmedByCharacters: String {
    guard let first = firstIndex(where: { !$0.isBlank }), let last = lastIndex(where: { !$0.isBlank }) else {
      return ""
    }
    return String(self[first...last])
  }

  /// Whether the bytes of `part` stand somewhere in the text; `contains` is made for longer searches.
  package func holds(_ part: String) -> Bool {
    guard let first = part.utf8.first else { return true }
    var rest = utf8[...]
    while let start = rest.firstIndex(of: first) {
      rest = rest[start...]
      if rest.starts(with: part.utf8) { return true }
      rest = rest.dropFirst()
    }
    return false
  }

  /// The text cut at `limit` characters and with control characters made visible, so that a name out of a
  /// repository cannot drive the terminal or flood it.
  package func escapedForTerminal(limit: Int = 200) -> String {
    var shown = ""
    for scalar in unicodeScalars.prefix(limit) {
      switch scalar.value {
      case 0x0A: shown += "\\n"
      case 0x09: shown += "\\t"
      case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
        shown += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return unicodeScalars.count > limit ? shown + "…" : shown
  }
}

extension Int {
  /// The number with its noun: `one file`, `3 files`.
  package func counted(_ noun: String) -> String { self == 1 ? "one \(noun)" : "\(self) \(noun)s" }
}

extension String {
  /// The text as one word that a person gives a shell, whole, so that it names what it names here: in quotes where it
  /// needs them, and with escapes for characters that drive a terminal (`$'…'`, which POSIX.1-2024 has, 2.2.4).
  package var quotedForShell: String {
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "0123456789._-/+".unicodeScalars.contains($0)
      }
    if isPlain { return self }
    let count = unicodeScalars.count
    if escapedForTerminal(limit: count) == self { return "'\(replacing("'", with: #"'\''"#))'" }
    let escaped = unicodeScalars.map { scalar in
      if scalar == "'" || scalar == "\\" { return "\\" + String(scalar) }
      if String(scalar).escapedForTerminal() == String(scalar) { return String(scalar) }
      // Three digits end an octal escape, whatever follows it.
      return String(scalar).utf8.map { byte in
        let digits = String(byte, radix: 8)
        return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }.joined()
    }
    return "$'\(escaped.joined())'"
  }

  /// The names between the slashes of a path.
  var pathParts: [Substring] { utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) } }

  /// The lines, which end in LF, CR LF or CR (CommonMark 0.31, 2.1).
  package var linesByAnyEnd: [Substring] {
    split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
  }

  /// The text on one line: line breaks and other control characters become spaces, so that a value
  /// neither ends its line nor, by a NUL, the C string that carries it.
  package var onOneLine: String {
    unicodeScalars.split { $0.properties.generalCategory == .control || (0x2028...0x2029).contains($0.value) }
      .map { String($0) }.joined(separator: " ").trimmed
  }

  /// Whether this text comes before `other` when runs of digits count as numbers: T29.9 < T29.10.
  package func orderedNaturally(before other: String) -> Bool {
    var a = Substring(self)
    var b = Substring(other)
    while let x = a.first, let y = b.first {
      if x.isASCII, y.isASCII, x.isNumber, y.isNumber {
        let m = a.prefix { $0.isASCII && $0.isNumber }
        let n = b.prefix { $0.isASCII && $0.isNumber }
        let i = m.drop { $0 == "0" }
        let j = n.drop { $0 == "0" }
        if i.count != j.count { return i.count < j.count }
        if i != j { return i < j }
        a = a.dropFirst(m.count)
        b = b.dropFirst(n.count)
      } else {
        if x != y { return x < y }
        a = a.dropFirst()
        b = b.dropFirst()
      }
    }
    return a.isEmpty && !b.isEmpty || a.isEmpty && b.isEmpty && self < other
  }
}

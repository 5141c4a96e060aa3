/// A damaged file.
struct Mutant {
  let kind: FileKind
  let bytes: [UInt8]

  init(kind: FileKind, bytes: [UInt8]) {
    self.kind = kind
    self.bytes = bytes
  }

  /// The mutant number `index` of `seed`: always the same.
  init(index: Int, seed: UInt64) {
    var random = Randomness(seed: seed, index: index)
    let seedText = Seeds.all[
      random.oneIn(4) ? Seeds.tasks.count + random.below(Seeds.others.count) : random.below(Seeds.tasks.count)
    ]
    var mutation = Mutation(of: seedText.bytes, random: random)
    for _ in 0...mutation.random.smallBelow(12) { mutation.apply() }
    self.kind = seedText.kind
    self.bytes = mutation.bytes
  }
}

/// Damage, step by step.
struct Mutation {
  private(set) var bytes: [UInt8]
  var random: Randomness

  /// No step makes a file longer than this. One in a thousand files is large, but not as large as may be:
  /// cmark's tree holds 168 bytes for a node, and one byte can be a node.
  private let limitInBytes: Int

  init(of bytes: [UInt8], random: Randomness) {
    self.bytes = bytes
    self.random = random
    self.limitInBytes = self.random.oneIn(1000) ? 1 << 17 : 1 << 14
  }

  mutating func apply() {
    switch random.below(16) {
    case 0: flipBit()
    case 1: if !bytes.isEmpty { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
    case 2: bytes.removeSubrange(slice())
    case 3: insert(Array(bytes[slice()]))
    case 4: insertRun(of: Array(bytes[slice()]), limit: 60)
    case 5: splice()
    case 6, 7: insert(Array(random.pick(Mutation.tokens).utf8))
    case 8: insert(random.pick(Mutation.rawTokens))
    case 9: insertRun(of: Array(random.pick(Mutation.tokens).utf8), limit: 3000)
    case 10: bytes.removeLast(random.smallBelow(bytes.count))
    case 11: insertLine(Array(random.pick(Mutation.tokens).utf8))
    case 12: replaceLineEnds()
    case 13: swapLines()
    case 14: indentLines()
    default: replaceLine(with: Array(random.pick(Mutation.tokens).utf8))
    }
  }

  static let tokens = [
    "---", "---\n", "...\n", "```", "```sh recipe\n", "````", "~~~", "- [ ] ", "- [x] a\n", "&a ", "*a",
    "&a [*a]",
    "[", "]", "{", "}", "[[", "{a: ", ": ", ":", "- ", "? ", "!!str ", "!<x> ", "%YAML 1.1\n", "|\n", ">-\n",
    "# ",
    "## Metadata\n", "## Files to Modify\n", "## Acceptance Criteria\n", "## Dependencies\n",
    "- **ID**: TASK-9\n",
    "- **Status**: `todo` (since May)\n", "- **Complexity**: 7\n", "status: todo # x\n", "status: \"a\"\n",
    "id: T1.2\n", "\"status\" : 'x'\n", "<<: *a\n", "id: &a ", "===\n", "Title\n===\n", "A\nB\n---\n", "> ",
    ">> - ",
    "1. ", "  ", "\t", "\r", "\r\n", "\n", "\n\n", "\u{0}", "\u{2028}", "\u{2029}", "\u{85}", "\u{B}",
    "\u{C}", "\u{FEFF}",
    "\u{202E}", "\u{301}", "\u{1F1E9}\u{1F1EA}", "👩‍👩‍👧‍👦", "\u{10FFFF}", "\u{FFFD}", "İ", "ß", "<!--", "-->",
    "<!-- a -->\n", "`", "``", "`../a.swift`", "`/etc/passwd`", "`a/../../b.c`", "`a//b.c`", "`./././a.c`",
    "`~/a.c`",
    "| `a.c` | b |\n", "|-|-|\n", "| ", "a/b.swift", "**", "*", "_", "\\", "\\_", "[a]: /b\n", "[a](b)",
    "<http://a.b>",
    "&amp;", "&#0;", "&#x85;", "'", "\"", "\"\\", "\\u2028", "TASK-1-TASK-99", "T1.1-T1.90",
    "T1.1–T1.999999999999999999999",
    "999999999999999999999", "-1", "1e999", "0x10", ".nan", "~", "null", "10m", "90s", "2h", ",", ", ", " #",
    " (", " - ", " – ",
    "none", "N/A", "\u{1}", "\u{7F}",
  ]

  /// What is no UTF-8, and some that is.
  static let rawTokens: [[UInt8]] = [
    [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x80], [0x80],
    [0xEF, 0xBB, 0xBF],
    [0xFE, 0xFF], [0xC2, 0x85], [0xE2, 0x80, 0xA8], [0x0D], [0x00], [0xC3],
  ]

  private mutating func slice() -> Range<Int> {
    let start = random.below(bytes.count)
    return start..<min(bytes.count, start + 1 + random.smallBelow(bytes.count))
  }

  private mutating func flipBit() {
    if !bytes.isEmpty { bytes[random.below(bytes.count)] ^= 1 << random.below(8) }
  }

  private mutating func insert(_ new: [UInt8]) { insert(new, at: random.below(bytes.count + 1)) }

  private mutating func insert(_ new: [UInt8], at place: Int) {
    bytes.insert(contentsOf: new.prefix(max(0, limitInBytes - bytes.count)), at: place)
  }

  private mutating func insertRun(of new: [UInt8], limit: Int) {
    if new.isEmpty { return }
    let room = max(0, limitInBytes - bytes.count) / new.count
    let count = limitInBytes > 1 << 14 ? room / (1 + random.below(8)) : min(random.smallBelow(limit), room)
    insert(Array(repeatElement(new, count: count).joined()))
  }

  private mutating func splice() {
    let other = random.pick(Seeds.all).bytes
    let end = other[random.below(other.count + 1)...]
    bytes = Array(bytes[..<random.below(bytes.count + 1)] + end.prefix(limitInBytes))
  }

  private var lineStarts: [Int] { [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 } }

  private mutating func insertLine(_ new: [UInt8]) { insert(new, at: random.pick(lineStarts)) }

  private mutating func replaceLine(with new: [UInt8]) {
    let start = random.pick(lineStarts)
    let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.endIndex
    bytes.replaceSubrange(start..<end, with: new)
  }

  private mutating func replaceLineEnds() {
    let end: [UInt8] = random.pick([[0x0D, 0x0A], [0x0D], [0x0A, 0x0A], [0xE2, 0x80, 0xA8]])
    let rarity = 1 + random.smallBelow(10)
    var changed: [UInt8] = []
    for byte in bytes {
      if byte == 0x0A, random.oneIn(rarity) { changed += end } else { changed.append(byte) }
    }
    bytes = Array(changed.prefix(limitInBytes))
  }

  private mutating func swapLines() {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    lines.swapAt(random.below(lines.count), random.below(lines.count))
    bytes = Array(lines.joined(separator: [0x0A]))
  }

  private mutating func indentLines() {
    let indent: [UInt8] = random.pick([
      [0x20], [0x20, 0x20], [0x09], Array("> ".utf8), Array("- ".utf8), Array("    ".utf8),
    ])
    let starts = lineStarts
    let first = random.below(starts.count)
    for start in starts[first...].prefix(1 + random.smallBelow(10)).reversed() { insert(indent, at: start) }
  }
}

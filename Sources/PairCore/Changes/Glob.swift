/// A path pattern as people write it in a task: a file, a folder (with or without a final `/`), or a
/// glob in which `*` and `?` stop at `/` and `**` does not.
package struct Glob: Hashable, Sendable {
  package let pattern: String
  let parts: [[UInt8]]

  package init(_ pattern: String) {
    var text = pattern.trimmed
    if text.hasPrefix("./") { text.removeFirst(2) }
    while text.hasSuffix("/") { text.removeLast() }
    self.pattern = text
    self.parts = text.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
  }

  /// Whether the pattern names one path and no set of them.
  package var isLiteral: Bool { !parts.contains(where: Glob.hasWildcard) }

  /// The folder that everything it matches lies in, as far as the pattern names it; empty for any.
  package var folder: String {
    let names = parts.prefix { !Glob.hasWildcard($0) }
    let folders = names.count == parts.count ? names.dropLast() : names
    return folders.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
  }

  static func hasWildcard(_ part: [UInt8]) -> Bool {
    part.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
  }

  /// Whether `path` is the pattern, matches it, or lies below a folder that does.
  ///
  /// Goes back to the last `**` alone: an earlier one that took more names would only leave fewer.
  package func matches(_ path: String) -> Bool {
    if parts.isEmpty { return false }
    let path = Array(path.utf8)
    var part = 0
    var start = 0  // Of the name that comes next in `path`.
    var stars: (part: Int, start: Int)?
    func end(_ start: Int) -> Int { path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.count }
    while part < parts.count {  // What is left of the path lies below a matched folder.
      if parts[part] == Glob.anyFolders {
        part += 1
        if part == parts.count { return start < path.count }
        stars = (part, start)
      } else if start >= path.count {
        return false
      } else if Glob.matchName(parts[part], path[start..<end(start)]) {
        part += 1
        start = end(start) + 1
      } else if let last = stars {
        start = end(last.start) + 1
        part = last.part
        stars = (part, start)
      } else {
        return false
      }
    }
    return true
  }

  static let anyFolders = Array("**".utf8)

  /// `*` and `?` within one name, in time linear in pattern times name.
  private static func matchName(_ pattern: [UInt8], _ name: ArraySlice<UInt8>) -> Bool {
    var p = 0
    var n = name.startIndex
    var star: (pattern: Int, name: Int)?
    while n < name.endIndex {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        star = (p + 1, n)
        p += 1
      } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == name[n] {
        if pattern[p] == UInt8(ascii: "?") { n = name.endOfCharacter(at: n) } else { n += 1 }
        p += 1
      } else if let last = star {
        p = last.pattern
        n = name.endOfCharacter(at: last.name)
        star = (last.pattern, n)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

extension ArraySlice<UInt8> {
  /// Where the UTF-8 of the character that begins at `index` ends.
  fileprivate func endOfCharacter(at index: Int) -> Int {
    var next = index + 1
    while next < endIndex, self[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }
}

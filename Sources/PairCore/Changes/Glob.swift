/// A path pattern as people write it in a task: a file, a folder (with or without a final `/`), or a
/// glob in which `*` and `?` stop at `/` and `**` does not.
public struct Glob: Hashable, Sendable {
  public let pattern: String
  private let parts: [String]

  public init(_ pattern: String) {
    var text = pattern.trimmed
    if text.hasPrefix("./") { text.removeFirst(2) }
    while text.hasSuffix("/") { text.removeLast() }
    self.pattern = text
    self.parts = text.split(separator: "/").map(String.init)
  }

  /// Whether the pattern names one path and no set of them.
  public var isLiteral: Bool { !pattern.contains { $0 == "*" || $0 == "?" } }

  /// Whether `path` is the pattern, matches it, or lies below a folder that does.
  public func matches(_ path: String) -> Bool {
    if parts.isEmpty { return false }
    let names = path.split(separator: "/").map(String.init)
    return Glob.match(parts, names)
  }

  /// Goes back to the last `**` alone: an earlier one that took more names would only leave fewer.
  private static func match(_ parts: [String], _ names: [String]) -> Bool {
    var p = 0
    var n = 0
    var stars: (part: Int, name: Int)?
    while p < parts.count {  // What is left of the names lies below a matched folder.
      if parts[p] == "**" {
        p += 1
        if p == parts.count { return n < names.count }
        stars = (p, n)
      } else if n == names.count {
        return false
      } else if matchName(Array(parts[p].unicodeScalars), Array(names[n].unicodeScalars)) {
        p += 1
        n += 1
      } else if let last = stars {
        stars = (last.part, last.name + 1)
        p = last.part
        n = last.name + 1
      } else {
        return false
      }
    }
    return true
  }

  /// `*` and `?` within one name, in time linear in pattern times name.
  private static func matchName(_ pattern: [Unicode.Scalar], _ name: [Unicode.Scalar]) -> Bool {
    var p = 0
    var n = 0
    var star: (pattern: Int, name: Int)?
    while n < name.count {
      if p < pattern.count, pattern[p] == "*" {
        star = (p + 1, n)
        p += 1
      } else if p < pattern.count, pattern[p] == "?" || pattern[p] == name[n] {
        p += 1
        n += 1
      } else if let last = star {
        p = last.pattern
        n = last.name + 1
        star = (last.pattern, n)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}

extension String {
  private static let limit = (bytes: 1000, paths: 100)

  /// The paths that a path with alternatives in braces stands for, as shells expand them: `src/{a,b}.c` is
  /// `src/a.c` and `src/b.c`. Only itself without any, as in `app/{id}/page.tsx`, and where there would be too many.
  var braceAlternatives: [String] {
    guard utf8.count <= String.limit.bytes else { return [self] }
    var paths: [String] = []
    var open = [self]
    while let next = open.popLast() {
      if let chosen = next.choices {
        open += chosen.reversed()
      } else {
        paths.append(next)
      }
      if paths.count + open.count > String.limit.paths { return [self] }
    }
    return paths
  }

  /// The same path once for each alternative in its first braces that have any; nil where none have.
  private var choices: [String]? {
    for start in utf8.indices where utf8[start] == UInt8(ascii: "{") {
      guard let parts = parts(ofBracesAt: start) else { continue }
      return parts.choices.map { String(self[..<start]) + $0 + self[parts.end...] }
    }
    return nil
  }

  /// What the commas in the braces at `start` part, and where those end; nil without such a comma or an end.
  private func parts(ofBracesAt start: Index) -> (choices: [Substring], end: Index)? {
    var depth = 0
    var choices: [Substring] = []
    var first = utf8.index(after: start)
    for place in utf8[start...].indices {
      switch utf8[place] {
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ",") where depth == 1:
        choices.append(self[first..<place])
        first = utf8.index(after: place)
      case UInt8(ascii: "}"):
        depth -= 1
        if depth > 0 { continue }
        return choices.isEmpty ? nil : (choices + [self[first..<place]], utf8.index(after: place))
      default: break
      }
    }
    return nil
  }
}

extension Glob {
  /// Whether there can be a path that both match, themselves or by a folder that it lies in.
  /// - Parameter isFile: whether nothing can lie below what this one names; `otherIsFile` the same of the other.
  package func overlaps(_ other: Glob, isFile: Bool = false, otherIsFile: Bool = false) -> Bool {
    if parts.isEmpty || other.parts.isEmpty { return false }
    // No path that a person writes; to find out would take long.
    if isTooLong || other.isTooLong { return true }
    // Nearly all differ in a name before any wildcard.
    let same = zip(parts, other.parts).prefix { $0 == $1 && $0 != Glob.anyFolders }.count
    if same < min(parts.count, other.parts.count), !Glob.hasWildcard(parts[same]),
      !Glob.hasWildcard(other.parts[same])
    {
      return false
    }
    var known: [Int: Bool] = [:]
    func meet(_ a: Int, _ b: Int) -> Bool {
      // Where one is matched, what the other asks for lies below it.
      if a == parts.count { return b == other.parts.count || !isFile }
      if b == other.parts.count { return !otherIsFile }
      let key = a * (other.parts.count + 1) + b
      if let answer = known[key] { return answer }
      let answer: Bool
      if parts[a] == Glob.anyFolders {
        answer = meet(a + 1, b) || meet(a, b + 1)
      } else if other.parts[b] == Glob.anyFolders {
        answer = meet(a, b + 1) || meet(a + 1, b)
      } else {
        answer = NamePattern(parts[a]).meets(NamePattern(other.parts[b])) && meet(a + 1, b + 1)
      }
      known[key] = answer
      return answer
    }
    return meet(same, same)
  }

  var isTooLong: Bool { pattern.utf8.count > 1_000 }
}

/// A pattern for one name between slashes.
private struct NamePattern {
  let scalars: [Unicode.Scalar]

  init(_ bytes: [UInt8]) { scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars) }

  /// Whether there is a name that both match.
  func meets(_ other: NamePattern) -> Bool {
    let theirs = other.scalars
    // Row by row: whether what is left of both, from here on, can meet.
    var below = Array(repeating: false, count: theirs.count + 1)
    for a in stride(from: scalars.count, through: 0, by: -1) {
      var row = Array(repeating: false, count: theirs.count + 1)
      for b in stride(from: theirs.count, through: 0, by: -1) {
        let own = a < scalars.count ? scalars[a] : nil
        let their = b < theirs.count ? theirs[b] : nil
        row[b] =
          switch (own, their) {
          case (nil, nil): true
          case ("*"?, _): below[b] || (b < theirs.count && row[b + 1])
          case (_, "*"?): row[b + 1] || (a < scalars.count && below[b])
          case (let own?, let their?): (own == "?" || their == "?" || own == their) && below[b + 1]
          default: false
          }
      }
      below = row
    }
    return below[0]
  }
}

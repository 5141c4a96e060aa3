import Foundation

/// What `docs/architecture.md` says of modules and rooms.
struct Drawing: Sendable {
  /// Behind each module's arrow.
  let arrows: [String: Set<String>]
  /// Which of our modules may import a module from outside.
  let outside: [String: Set<String>]
  /// The files besides those of `Host` that may import `Glibc`, relative to `Sources`.
  let systemCallers: Set<String>
  /// The rooms of `Pipeline`, lowest first: folders or files below it.
  let rooms: [String]

  init(page: String) throws {
    let modules = Drawing.section("Modules", of: page)
    arrows = Drawing.arrows(in: modules)
    outside = Drawing.table("from outside", in: modules).reduce(into: [:]) { outside, row in
      for module in Drawing.code(row[0]) { outside[module] = Set(Drawing.code(row[1])) }
    }
    systemCallers = Set(
      Drawing.table("file outside `Host` with `Glibc`", in: modules).flatMap { Drawing.code($0[0]) })
    rooms = Drawing.table("room", in: Drawing.section("Rooms", of: page)).flatMap { Drawing.code($0[0]) }
      .reversed()
  }

  /// The room of a file of `Pipeline`, as its place in the order; nil for a file in none. A room may lie in another.
  func room(of file: SourceFile) -> Int? {
    let path = file.path.dropFirst("Pipeline/".count)
    return rooms.indices.filter { path == rooms[$0] || path.hasPrefix(rooms[$0] + "/") }
      .max { rooms[$0].count < rooms[$1].count }
  }

  private static func section(_ title: String, of page: String) -> [Substring] {
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: "## \(title)") else { return [] }
    return Array(lines[(start + 1)...].prefix { !$0.hasPrefix("## ") })
  }

  /// Of lines such as `    Host → PairCore, CHost`.
  private static func arrows(in lines: [Substring]) -> [String: Set<String>] {
    var arrows: [String: Set<String>] = [:]
    for line in lines where line.hasPrefix("    ") {
      let sides = line.components(separatedBy: "→").map { $0.trimmingCharacters(in: .whitespaces) }
      guard sides.count == 2 else { continue }
      arrows[sides[0]] = sides[1] == "nothing" ? [] : Set(sides[1].components(separatedBy: ", "))
    }
    return arrows
  }

  /// The rows of the table whose first column has `title`, as cells.
  private static func table(_ title: String, in lines: [Substring]) -> [[String]] {
    guard let start = lines.firstIndex(where: { $0.hasPrefix("| \(title) |") }) else { return [] }
    return lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// What stands between backticks.
  private static func code(_ cell: String) -> [String] {
    cell.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
  }
}

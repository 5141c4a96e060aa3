import PairCore

extension [[String]] {
  /// Rows of cells as lines, each column as wide as its widest cell. The last column is not padded.
  /// - Parameter right: the columns whose cells stand on the right, counted from 0.
  func inColumns(right: Set<Int> = [], indent: String = "") -> [String] {
    let widths = (0..<(map(\.count).max() ?? 0)).map { column in
      map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
    return map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        if right.contains(column) { return padding + cell }
        return column == row.count - 1 ? cell : cell + padding
      }
      return indent + cells.joined(separator: "  ")
    }
  }
}

extension Int {
  /// With commas between groups of three digits.
  var grouped: String {
    magnitude < 1000 ? "\(self)" : "\((self / 1000).grouped),\(String(magnitude % 1000).padded(3))"
  }
}

/// One file that differs between two trees.
package struct FileChange: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable {
    case added, modified, deleted, renamed
    /// The file kind changed: a link became a file, a file a submodule.
    case typeChanged = "type-changed"
  }

  package let path: String
  package let kind: Kind
  /// Where a renamed file stood before.
  package let oldPath: String?
  /// Text that the change adds, line by line; empty for binary files and where nobody asked for it.
  package let addedLines: [AddedLine]

  package init(path: String, kind: Kind, oldPath: String? = nil, addedLines: [AddedLine] = []) {
    self.path = path
    self.kind = kind
    self.oldPath = oldPath
    self.addedLines = addedLines
  }

  package var paths: [String] { oldPath.map { [$0, path] } ?? [path] }
}

/// A line that a change adds. Its number in the new file counts from one.
package struct AddedLine: Hashable, Sendable, Codable {
  package let number: Int
  package let text: String

  package init(number: Int, text: String) {
    self.number = number
    self.text = text
  }
}

/// One file that differs between two trees.
public struct FileChange: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable {
    case added, modified, deleted, renamed
    /// The file kind changed: a link became a file, a file a submodule.
    case typeChanged = "type-changed"
  }

  public let path: String
  public let kind: Kind
  /// Where a renamed file stood before.
  public let oldPath: String?
  /// Text that the change adds, line by line; empty for binary files and where nobody asked for it.
  public let addedLines: [AddedLine]

  public init(path: String, kind: Kind, oldPath: String? = nil, addedLines: [AddedLine] = []) {
    self.path = path
    self.kind = kind
    self.oldPath = oldPath
    self.addedLines = addedLines
  }

  /// Every path that the change touches.
  public var paths: [String] { oldPath.map { [$0, path] } ?? [path] }
}

/// A line that a change adds. Its number in the new file counts from one.
public struct AddedLine: Hashable, Sendable, Codable {
  public let number: Int
  public let text: String

  public init(number: Int, text: String) {
    self.number = number
    self.text = text
  }
}

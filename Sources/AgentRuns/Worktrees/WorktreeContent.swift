public import Host
import PairCore

/// Everything that stands in a worktree, as raw bytes on disk: no filter, ignore rule or index has a say.
public struct WorktreeContent: Sendable {
  public struct Entry: Hashable, Sendable {
    /// Relative to the worktree's top.
    public let path: String
    public let kind: Files.Kind
    public let isExecutable: Bool
  }

  /// Regular files and links, in the order of their paths; the worktree's own `.git` is left out.
  public let entries: [Entry]
  /// Folders below the top that are git repositories of their own.
  public let nestedRepositories: [String]
  /// Names that this program cannot represent; what they name was not read.
  public let unreadable: [String]

  private let top: String

  public init(of worktree: RunWorktree) throws {
    top = worktree.path
    var entries: [Entry] = []
    var nested: [String] = []
    var unreadable: [String] = []
    var waiting = [""]
    while let folder = waiting.popLast() {
      for (name, kind) in try Files.list(worktree.path + "/" + folder) {
        let path = folder + name
        if path == ".git" { continue }
        if name.lowercased() == ".git" { nested.append(String(folder.dropLast())) }
        if name.unicodeScalars.contains("\u{FFFD}") {
          unreadable.append(path)  // Not UTF-8 on disk: the repaired name opens nothing.
          continue
        }
        switch kind {
        case .folder: waiting.append(path + "/")
        case .file, .link:
          entries.append(
            Entry(
              path: path, kind: kind,
              isExecutable: kind == .file && Files.isExecutable(worktree.path + "/" + path)))
        case .other: break  // Sockets and pipes hold nothing that could be kept.
        }
      }
    }
    self.entries = entries.sorted { $0.path < $1.path }
    self.nestedRepositories = nested.sorted()
    self.unreadable = unreadable.sorted()
  }

  /// Whether the file has been removed since the look: by a check, which may tidy up.
  func isGone(_ entry: Entry) -> Bool { Files.kind(of: top + "/" + entry.path) != entry.kind }

  /// The bytes of a file, or where a link points; nil when a file is larger than `limitInBytes`.
  func bytes(of entry: Entry, limitInBytes: Int) throws -> [UInt8]? {
    let path = top + "/" + entry.path
    if entry.kind == .link { return try Files.linkTarget(path) }
    guard let size = Files.size(of: path), size <= limitInBytes else { return nil }
    return try Files.read(path, limitInBytes: limitInBytes)
  }
}

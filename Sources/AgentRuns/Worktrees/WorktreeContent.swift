import Host
import PairCore

/// Everything that stands in a worktree, as raw bytes on disk: no filter, ignore rule or index has a say.
public struct WorktreeContent: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    /// Relative to the worktree's top.
    public let path: String
    let info: Files.Info

    public var isLink: Bool { info.kind == .link }
    public var isExecutable: Bool { info.kind == .file && info.isExecutable }
  }

  /// Regular files and links, in the order of their paths; the worktree's own `.git` is left out.
  public let entries: [Entry]
  /// Folders below the top that are git repositories of their own.
  public let nestedRepositories: [String]
  /// Names that this program cannot represent; what they name was not read.
  public let unreadable: [String]

  private let top: String

  /// Looks at what stands below `top`, the worktree's path.
  public init(below top: String) throws {
    self.top = top
    var entries: [Entry] = []
    var nested: [String] = []
    var unreadable: [String] = []
    var waiting = [""]
    while let folder = waiting.popLast() {
      for (name, _) in try Files.list(top + "/" + folder) {
        let path = folder + name
        if path == ".git" { continue }
        if name.lowercased() == ".git" { nested.append(String(folder.dropLast())) }
        // Not UTF-8 on disk: the repaired name opens nothing.
        guard !name.unicodeScalars.contains("\u{FFFD}"), let info = Files.info(of: top + "/" + path) else {
          unreadable.append(path)
          continue
        }
        switch info.kind {
        case .folder: waiting.append(path + "/")
        case .file, .link: entries.append(Entry(path: path, info: info))
        case .other: break  // Sockets and pipes hold nothing that could be kept.
        }
      }
    }
    self.entries = entries.sorted { $0.path < $1.path }
    self.nestedRepositories = nested.sorted()
    self.unreadable = unreadable.sorted()
  }

  /// Whether the file has been removed since the look: by a check, which may tidy up.
  func isGone(_ entry: Entry) -> Bool { Files.kind(of: top + "/" + entry.path) != entry.info.kind }

  /// The bytes of a file, or where a link points; nil when a file is larger than `limitInBytes`.
  func bytes(of entry: Entry, limitInBytes: Int) throws -> [UInt8]? {
    let path = top + "/" + entry.path
    if entry.isLink { return try Files.linkTarget(path) }
    guard let info = Files.info(of: path), info.sizeInBytes <= limitInBytes else { return nil }
    return try Files.read(path, limitInBytes: limitInBytes)
  }
}

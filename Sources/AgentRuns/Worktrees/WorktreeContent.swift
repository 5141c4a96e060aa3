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
  /// Every folder below the top.
  let folders: [String]
  /// Sockets, pipes and devices: they hold nothing that could be kept.
  let others: [String]

  private let top: String

  /// Looks at what stands below `top`, the worktree's path.
  public init(below top: String) throws {
    self.top = top
    var entries: [Entry] = []
    var nested: [String] = []
    var unreadable: [String] = []
    var folders: [String] = []
    var others: [String] = []
    try Files.walk(top) { path, info in
      if path == ".git" { return false }
      if isLikeGit(path) { nested.append(String(path.utf8.dropLast(".git".utf8.count)) ?? path) }
      // Not UTF-8 on disk: the repaired name opens nothing.
      guard let info else {
        unreadable.append(path)
        return false
      }
      switch info.kind {
      case .folder: folders.append(path)
      case .file, .link: entries.append(Entry(path: path, info: info))
      case .other: others.append(path)
      }
      return true
    }
    self.entries = entries.sorted { $0.path < $1.path }
    self.nestedRepositories = nested.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }.sorted()
    self.unreadable = unreadable.sorted()
    self.folders = folders
    self.others = others
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

/// Whether the last part of `path` is `.git`, in any case: file systems may ignore it.
private func isLikeGit(_ path: String) -> Bool {
  let bytes = path.utf8
  guard bytes.count >= 4, bytes.count == 4 || bytes.dropLast(4).last == UInt8(ascii: "/") else {
    return false
  }
  let name = bytes.suffix(4).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  return name == Array(".git".utf8)
}

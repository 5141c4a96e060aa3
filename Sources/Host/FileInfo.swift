import Glibc
package import PairCore

/// What the system knows of a path without reading it (lstat(2)).
package struct FileInfo: Hashable, Sendable {
  package enum Kind: Hashable, Sendable { case file, folder, link, other }

  package let kind: Kind
  package let sizeInBytes: Int
  /// Whether any execute bit is set.
  package let isExecutable: Bool
  /// Whether its owner may read, write and enter it, as folders are made.
  package let isOpenToOwner: Bool
  /// Together with the time of the last change, this tells whether it is still the very same file.
  package let inode: UInt64
  /// When content or attributes last changed. Unlike the time of modification, no program can set it.
  package let changedAtSecond: Int
  package let changedAtNanosecond: Int
  /// What it takes on disk.
  package let allocatedBytes: Int

  /// The same, in whole seconds.
  package var changedAt: Timestamp { Timestamp(secondsSince1970: Int64(changedAtSecond)) }

  /// What stands at `path` itself (links are not followed); nil when nothing does, or this process may not look.
  package init?(at path: String) {
    var info = stat()
    guard lstat(path, &info) == 0 else { return nil }
    self.init(info)
  }

  /// What stands at `path` itself; nil when nothing does.
  ///
  /// - Throws: `PairError` when the system does not say.
  package static func look(at path: String) throws(PairError) -> FileInfo? {
    var info = stat()
    if lstat(path, &info) == 0 { return FileInfo(info) }
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw .system("looking at \(path)")
  }

  /// The kind of what stands at `path` itself; nil when nothing does.
  package static func kind(at path: String) -> Kind? { FileInfo(at: path)?.kind }

  init(_ info: stat) {
    kind =
      switch info.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .other
      }
    sizeInBytes = Int(info.st_size)
    isExecutable = info.st_mode & 0o111 != 0
    isOpenToOwner = info.st_mode & 0o700 == 0o700
    inode = UInt64(info.st_ino)
    changedAtSecond = Int(info.st_ctim.tv_sec)
    changedAtNanosecond = Int(info.st_ctim.tv_nsec)
    allocatedBytes = Int(info.st_blocks) * 512
  }
}

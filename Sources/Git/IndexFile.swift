import CLibgit2
public import PairCore

/// An index file, wherever it lies (gitformat-index(5)).
public enum IndexFile {
  /// What an index knows of one path: the object, and what the system said of the file when git wrote it.
  public struct Entry: Sendable {
    public let path: String
    /// The object's id, twenty bytes: written out only when somebody asks, since few are asked for.
    private let words: (UInt64, UInt64, UInt32)
    public let mode: Repository.FileMode
    /// Whether a sparse checkout, or somebody by hand, keeps it out of the working tree.
    public let isLeftOut: Bool
    /// The low 32 bits of each, as the format has it.
    public let size: UInt32
    public let inode: UInt32
    public let changedAtSecond: UInt32
    public let changedAtNanosecond: UInt32

    public var id: ObjectID {
      var words = words
      var oid = git_oid()
      withUnsafeMutableBytes(of: &oid) { target in
        withUnsafeBytes(of: &words) { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<20])) }
      }
      return ObjectID(oid)
    }

    fileprivate init(_ entry: git_index_entry) {
      path = String(cString: entry.path)
      words = withUnsafeBytes(of: entry.id) { bytes in
        (
          bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
          bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
          bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
        )
      }
      mode = Repository.FileMode(rawValue: entry.mode) ?? .file
      isLeftOut = UInt32(entry.flags_extended) & GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue != 0
      size = entry.file_size
      inode = entry.ino
      changedAtSecond = UInt32(bitPattern: entry.ctime.seconds)
      changedAtNanosecond = entry.ctime.nanoseconds
    }
  }

  /// The entries of the index at `path`, in its own order.
  ///
  /// - Throws: `GitError` when it cannot be read: split and sparse indexes are beyond libgit2.
  public static func entries(of path: String) throws(GitError) -> [Entry] {
    let index = try Handle(freedBy: git_index_free, "reading the index \(path)") {
      git_index_open(&$0, path)
    }
    var entries: [Entry] = []
    let count = git_index_entrycount(index.pointer)
    entries.reserveCapacity(count)
    for number in 0..<count {
      guard let entry = git_index_get_byindex(index.pointer, number)?.pointee else { continue }
      entries.append(Entry(entry))
    }
    return entries
  }
}

import Glibc
import PairCore

/// What stands in one folder, in git's order: the names of folders count as if a `/` were behind them.
struct FolderListing {
  struct Item {
    fileprivate let start: Int
    fileprivate let length: Int
    /// Nil where it was gone when somebody asked.
    let info: Files.Info?

    var isFolder: Bool { info?.kind == .folder }
  }

  let items: [Item]
  /// All names, one behind the other, each with a `/` behind it.
  private let names: [UInt8]

  /// - Throws: `PairError` when it cannot be listed; a folder that is gone holds nothing.
  init(of path: [UInt8]) throws(PairError) {
    guard let stream = opendir(path.map { CChar(bitPattern: $0) } + [0]) else {
      if errno == ENOENT || errno == ENOTDIR {
        (items, names) = ([], [])
        return
      }
      throw .system("listing \(String(decoding: path, as: UTF8.self))")
    }
    defer { closedir(stream) }
    let descriptor = dirfd(stream)
    var items: [Item] = []
    var names: [UInt8] = []
    while let entry = readdir(stream) {
      withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        let length = bytes.firstIndex(of: 0) ?? bytes.count
        if bytes[..<length].elementsEqual([0x2E]) || bytes[..<length].elementsEqual([0x2E, 0x2E]) { return }
        var info = stat()
        // d_name ends with a zero (readdir(3)).
        let name = bytes.assumingMemoryBound(to: CChar.self).baseAddress!
        let isThere = fstatat(descriptor, name, &info, AT_SYMLINK_NOFOLLOW) == 0
        items.append(Item(start: names.count, length: length, info: isThere ? Files.Info(info) : nil))
        names.append(contentsOf: bytes[..<length])
        names.append(0x2F)
      }
    }
    names.withUnsafeBytes { names in
      items.sort { one, other in
        let (first, second) = (one.length + (one.isFolder ? 1 : 0), other.length + (other.isFolder ? 1 : 0))
        let order = memcmp(
          names.baseAddress! + one.start, names.baseAddress! + other.start, min(first, second))
        return order != 0 ? order < 0 : first < second
      }
    }
    (self.items, self.names) = (items, names)
  }

  func name(of item: Item) -> ArraySlice<UInt8> { names[item.start..<item.start + item.length] }
}

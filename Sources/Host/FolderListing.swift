import Glibc
import PairCore

/// What stands in one folder, in git's order: the names of folders count as if a `/` were behind them.
struct FolderListing {
  struct Item {
    fileprivate let start: Int
    fileprivate let length: Int
    /// Nil where it was gone when the listing was made.
    let info: FileInfo?

    var isFolder: Bool { info?.kind == .folder }
  }

  let items: [Item]
  /// All names, one behind the other, each with a `/` behind it.
  private let names: [UInt8]

  /// - Parameter shown: the folder's path, for the message.
  init(of folder: OpenFolder, shown: @autoclosure () -> String) throws(PairError) {
    var items: [Item] = []
    var names: [UInt8] = []
    try folder.readEntries(shown: shown()) { name, info in
      let length = strlen(name)
      items.append(Item(start: names.count, length: length, info: info))
      names.append(contentsOf: UnsafeRawBufferPointer(start: name, count: length))
      names.append(0x2F)
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

import Glibc
import PairCore

/// The folders from the top of a walk down to where it is; deep down, the upper ones are closed meanwhile.
struct FolderStack {
  enum Step {
    /// The next item of the folder, at `path`.
    case item(FileInfo?)
    /// The folder at `path` has been looked through; the step leads to the one above.
    case left
  }

  private struct Level {
    /// Nil while it is closed.
    var folder: OpenFolder?
    /// Known while it is closed.
    var identity: OpenFolder.Identity?
    let listing: FolderListing
    /// The next item to look at.
    var next = 0
    /// Of its path, with a final `/`; 0 for the top.
    let pathLength: Int
  }

  private static let openLimit = 32

  private let top: String
  /// Whether folders that are entered are opened to their owner.
  private let opens: Bool
  private var levels: [Level] = []
  /// Where the walk is, relative to the top.
  private(set) var path: [UInt8] = []

  /// - Returns: Nil when no folder stands at `top`: a link to one is none.
  init?(_ top: String, opens: Bool = false) throws(PairError) {
    self.top = top
    self.opens = opens
    guard let folder = try OpenFolder(Array(top.utf8CString), opens: opens, shown: top) else { return nil }
    levels.append(Level(folder: folder, listing: try FolderListing(of: folder, shown: top), pathLength: 0))
  }

  /// The path with that of the top, for messages.
  var shown: String { path.isEmpty ? top : top + "/" + String(decoding: path, as: UTF8.self) }

  /// Goes to the next item of the folder, else back to the folder above; nil at the end.
  mutating func next() throws(PairError) -> Step? {
    let last = levels.count - 1
    let length = levels[last].pathLength
    path.removeSubrange(length...)
    let listing = levels[last].listing
    if levels[last].next < listing.items.count {
      let item = listing.items[levels[last].next]
      levels[last].next += 1
      path.append(contentsOf: listing.name(of: item))
      return .item(item.info)
    }
    if last == 0 { return nil }
    path.removeLast()
    try leave()
    return .left
  }

  /// Goes into the folder that the last step came to; returns whether it is one, and no link.
  mutating func enter() throws(PairError) -> Bool {
    guard let folder = try OpenFolder(name, in: descriptor, opens: opens, shown: shown) else { return false }
    let listing = try FolderListing(of: folder, shown: shown)
    path.append(0x2F)
    levels.append(Level(folder: folder, listing: listing, pathLength: path.count))
    let upper = levels.count - 1 - FolderStack.openLimit
    if upper >= 0, let closed = levels[upper].folder {
      levels[upper].identity = closed.identity
      levels[upper].folder = nil
    }
    return true
  }

  private mutating func leave() throws(PairError) {
    let last = levels.removeLast()
    let above = levels.count - 1
    guard levels[above].folder == nil, let below = last.folder else { return }
    guard let folder = try OpenFolder([0x2E, 0x2E, 0], in: below.descriptor, shown: shown + "/.."),
      let identity = levels[above].identity, folder.identity == identity
    else { throw PairError(.internal, "listing \(shown): it was moved meanwhile") }
    levels[above].folder = folder
  }

  /// Removes what the last step came to, unless it is a folder; returns 0 or the error number.
  func unlinkItem() -> CInt { unlinkat(descriptor, name, 0) == 0 ? 0 : errno }

  /// Removes the empty folder that the last step came to; returns 0 or the error number.
  func removeFolder() -> CInt { unlinkat(descriptor, name, AT_REMOVEDIR) == 0 ? 0 : errno }

  /// Of the folder in which the last item stands: it is open, since it was entered or left to last.
  private var descriptor: CInt { levels[levels.count - 1].folder?.descriptor ?? -1 }

  private var name: [CChar] {
    path[levels[levels.count - 1].pathLength...].map { CChar(bitPattern: $0) } + [0]
  }
}

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

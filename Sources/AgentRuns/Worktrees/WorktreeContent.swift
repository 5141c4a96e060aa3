package import Git
import Host
import PairCore

/// What stands in a worktree, as raw bytes on disk: no filter, ignore rule or index has a say. What is still the
/// very file that git checked out there is only counted: thousands are looked at in every run.
package struct WorktreeContent: Sendable {
  package struct Entry: Hashable, Sendable {
    /// Relative to the worktree's top.
    package let path: String
    let info: FileInfo
    /// Whether git checked something out at this path.
    let isTracked: Bool

    package var isLink: Bool { info.kind == .link }
    package var isExecutable: Bool { info.kind == .file && info.isExecutable }
  }

  /// A name, or a folder, that this program cannot look at.
  package struct Unreadable: Hashable, Sendable {
    /// What is not UTF-8 in it is repaired, and then it opens nothing.
    package let path: String
    /// A sentence.
    package let why: String
    /// Whether git can look at it.
    let isOpenToGit: Bool
  }

  /// Files and links that git did not check out as they are, by path; the worktree's own `.git` is left out.
  package private(set) var entries: [Entry] = []
  /// Folders below the top that are git repositories of their own.
  package private(set) var nestedRepositories: [String] = []
  /// What could not be looked at.
  package private(set) var unreadable: [Unreadable] = []
  /// Every folder below the top in which git checked nothing out.
  private(set) var folders: [String] = []
  /// What stands there that git did not check out: the topmost paths, each once.
  private(set) var extras: [String] = []
  /// Folders in which it did, and that their owner may not read, write or enter any more.
  private(set) var closedFolders: [String] = []
  /// Sockets, pipes and devices: they hold nothing that could be kept.
  private(set) var others: [Other] = []
  let checkedOut: IndexFile
  /// The positions in it of what is gone, or another file.
  private(set) var missing: [Int] = []

  /// A socket, a pipe or a device.
  struct Other: Hashable, Sendable {
    let path: String
    /// Whether git checked something out at this path.
    let isTracked: Bool
  }

  private let top: String

  /// Looks at what stands below `top`, beside what git says in the index `checkedOut`; an empty one tells of
  /// all files.
  package init(below top: String, since checkedOut: IndexFile = .empty) throws {
    self.top = top
    self.checkedOut = checkedOut
    let submodules = Set(checkedOut.entries.filter { $0.mode == .submodule }.map(checkedOut.path))
    var next = 0
    let ownGitFile = Array(".git".utf8)
    let longest = Files.longestPathInBytes - top.utf8.count - 2  // For a `/`, and the zero at the end.
    var unreadable: [Unreadable] = []
    func leaveOut(_ path: [UInt8], isOpenToGit: Bool = false, _ why: (String) -> String) -> Bool {
      let text = String(decoding: path, as: UTF8.self)
      unreadable.append(Unreadable(path: text, why: why(text), isOpenToGit: isOpenToGit))
      return false
    }
    let closed = { (path: [UInt8], why: PairError) in _ = leaveOut(path) { _ in why.message } }
    try DirectoryWalk.walkInOrder(top, closed: closed) { path, info in
      // A folder in its place is a repository of the agent's.
      guard let info, path != ownGitFile || info.kind == .folder else { return false }
      if path.count > longest {
        return leaveOut(path) {
          "a path that begins with \($0.prefix(60)) is longer than \(Files.longestPathInBytes) bytes"
        }
      }
      if isLikeGit(path) {
        nestedRepositories.append(path.count > 4 ? String(decoding: path.dropLast(5), as: UTF8.self) : ".")
      }
      if path.contains(where: { $0 >= 0x80 }), String(validating: path, as: UTF8.self) == nil {
        return leaveOut(path, isOpenToGit: true) { "the name '\($0)' is not UTF-8" }
      }
      let place = info.kind == .folder ? path + [0x2F] : path
      pass(to: place, &next)
      if info.kind == .folder {
        takeFolder(path, info, isTracked: isNext(next, below: place), submodules)
      } else {
        take(path, info, &next)
      }
      return true
    }
    pass(to: nil, &next)
    self.unreadable = unreadable
    nestedRepositories.sort()
  }

  /// Goes on to what git checked out at `path` or behind it, nil for the end; what it passes is gone.
  private mutating func pass(to path: [UInt8]?, _ next: inout Int) {
    while next < checkedOut.entries.count {
      let entry = checkedOut.entries[next]
      if let path, checkedOut.compare(entry, path) >= 0 { return }
      if entry.mode != .submodule, !entry.isLeftOut { missing.append(next) }
      next += 1
    }
  }

  private func isNext(_ next: Int, below folder: [UInt8]) -> Bool {
    next < checkedOut.entries.count && checkedOut.lies(checkedOut.entries[next], below: folder)
  }

  private mutating func takeFolder(
    _ path: [UInt8], _ info: FileInfo, isTracked: Bool, _ submodules: Set<String>
  ) {
    let isKnown =
      isTracked || !submodules.isEmpty && submodules.contains(String(decoding: path, as: UTF8.self))
    if isKnown && info.isOpenToOwner { return }
    let text = String(decoding: path, as: UTF8.self)
    if isKnown {
      closedFolders.append(text)
    } else {
      folders.append(text)
      takeExtra(text)
    }
  }

  /// What lies below a folder comes right behind it.
  private mutating func takeExtra(_ path: String) {
    if let last = extras.last, path.utf8.starts(with: (last + "/").utf8) { return }
    extras.append(path)
  }

  private mutating func take(_ path: [UInt8], _ info: FileInfo, _ next: inout Int) {
    var isTracked = false
    if next < checkedOut.entries.count, checkedOut.compare(checkedOut.entries[next], path) == 0 {
      if checkedOut.entries[next].isSame(info) {
        next += 1
        return
      }
      isTracked = true
      missing.append(next)
      next += 1
    }
    let text = String(decoding: path, as: UTF8.self)
    if !isTracked { takeExtra(text) }
    if info.kind == .other {
      others.append(Other(path: text, isTracked: isTracked))
    } else {
      entries.append(Entry(path: text, info: info, isTracked: isTracked))
    }
  }

  /// The files at `paths` that stood as git had checked them out, as they are now, by their positions in the index.
  func untouched(among paths: [String]) -> [Int: Entry] {
    if paths.isEmpty { return [:] }
    let missing = Set(missing)
    var found: [Int: Entry] = [:]
    for path in paths {
      guard let position = checkedOut.position(of: path), !missing.contains(position),
        let info = FileInfo(at: top + "/" + path), info.kind == .file || info.kind == .link
      else { continue }
      found[position] = Entry(path: path, info: info, isTracked: true)
    }
    return found
  }

  /// What stands at an entry's path now; nil where nothing of its kind does any more: a check may tidy up.
  ///
  /// - Throws: `PairError` when that cannot be told.
  func now(_ entry: Entry) throws(PairError) -> FileInfo? {
    try FileInfo.look(at: path(of: entry)).flatMap { $0.kind == entry.info.kind ? $0 : nil }
  }

  func path(of entry: Entry) -> String { top + "/" + entry.path }
}

/// Whether the last part of `path` is `.git`, in any case: file systems may ignore it.
private func isLikeGit(_ path: [UInt8]) -> Bool {
  guard path.count >= 4, path.last.map({ $0 | 0x20 }) == UInt8(ascii: "t"),
    path.count == 4 || path[path.count - 5] == UInt8(ascii: "/")
  else { return false }
  return path.suffix(4).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } == Array(".git".utf8)
}

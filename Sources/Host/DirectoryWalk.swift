import Glibc
package import PairCore

/// Looks at a folder and everything below it. Each folder is entered from the open one above it, and a link never:
/// neither one that stands there, nor one that takes a folder's place meanwhile. Only `list` follows a link to its top.
package enum DirectoryWalk {
  /// Looks at everything below the folder `top`, as `walkInOrder` does; a path that is not UTF-8 is told
  /// repaired, without info, and not entered.
  package static func walk(
    _ top: String, _ visit: (_ path: String, _ info: FileInfo?) -> Bool
  ) throws(PairError) {
    try walkInOrder(top) { path, info in
      let text = String(validating: path, as: UTF8.self)
      return visit(text ?? String(decoding: path, as: UTF8.self), text == nil ? nil : info) && text != nil
    }
  }

  /// Looks at everything below the folder `top` in git's order: by their paths, as if folders ended in `/`.
  ///
  /// - Parameters:
  ///   - closed: told of a folder that cannot be listed, `top` by an empty path, and why; the walk goes on behind it.
  ///     Where this is nil, such a folder ends the walk.
  ///   - visit: told of a path relative to `top`, as bytes, and what the system knows of it, nil for what is gone
  ///     meanwhile; whether to go into it, for a folder.
  package static func walkInOrder(
    _ top: String, closed: ((_ path: [UInt8], _ why: PairError) -> Void)? = nil,
    _ visit: (_ path: [UInt8], _ info: FileInfo?) -> Bool
  ) throws(PairError) {
    func enter<Value>(_ path: [UInt8], _ work: () throws(PairError) -> Value?) throws(PairError) -> Value? {
      do {
        return try work()
      } catch {
        guard let closed else { throw error }
        closed(path, error)
        return nil
      }
    }
    guard var stack = try enter([], { () throws(PairError) in try FolderStack(top) }) else { return }
    while let step = try stack.next() {
      guard case .item(let info) = step, visit(stack.path, info), info?.kind == .folder else { continue }
      _ = try enter(stack.path) { () throws(PairError) in try stack.enter() }
    }
  }

  /// What stands in the folder at `path`, by name, in the order of the names; empty when there is no such folder.
  /// What has a name that is not UTF-8 is listed repaired, as `.other`: no file can be opened by it.
  package static func list(_ path: String) throws(PairError) -> [(name: String, kind: FileInfo.Kind)] {
    guard let folder = try OpenFolder(Array(path.utf8CString), follows: true, shown: path) else { return [] }
    var found: [(name: String, kind: FileInfo.Kind)] = []
    try folder.readEntries(shown: path) { name, info in
      let text = String(validatingCString: name)
      found.append((text ?? String(cString: name), text == nil ? .other : info?.kind ?? .other))
    }
    return found.sorted { $0.name < $1.name }
  }

  /// The bytes that what stands at `path` takes on disk, all below it included that this process may list.
  package static func diskUse(of path: String) throws(PairError) -> Int {
    var total = FileInfo(at: path)?.allocatedBytes ?? 0
    try walkInOrder(path, closed: { _, _ in }) { _, info in
      total += info?.allocatedBytes ?? 0
      return true
    }
    return total
  }

  /// Removes `path` and all below it; links are removed, never followed.
  package static func removeTree(_ path: String, effects: EffectDoor) throws {
    try effects.pass(.fileRemove, path)
    var path = path
    // With a `/` behind it, the name of a link would mean the folder that it leads to.
    while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
    // An agent, or a tool it ran, may have left folders without the right to write (Go's module cache).
    guard var stack = try FolderStack(path, opens: true) else { return try Files.unlinkIfThere(path) }
    while let step = try stack.next() {
      switch step {
      case .item(let info):
        let code = try removeItem(info, &stack)
        if code != 0, code != ENOENT { throw PairError.system("removing \(stack.shown)", code: code) }
      case .left:
        let code = removeFolder(stack)
        if code != 0, code != ENOENT {
          throw PairError.system("removing the folder \(stack.shown)", code: code)
        }
      }
    }
    if rmdir(path) != 0, errno != ENOENT { throw PairError.system("removing the folder \(path)") }
  }

  /// Removes what the step came to, or enters it; returns 0 or an error number. What it is may change at any moment.
  private static func removeItem(_ info: FileInfo?, _ stack: inout FolderStack) throws(PairError) -> CInt {
    if info?.kind == .folder, try stack.enter() { return 0 }
    let code = stack.unlinkItem()
    return code == EISDIR || code == EPERM ? try stack.enter() ? 0 : code : code
  }

  private static func removeFolder(_ stack: FolderStack) -> CInt {
    let code = stack.removeFolder()
    return code == ENOTDIR ? stack.unlinkItem() : code
  }
}

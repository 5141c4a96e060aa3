import Glibc
package import PairCore

extension Files {
  /// Looks at everything below the folder `top`, in no particular order: links are told, never followed.
  ///
  /// - Parameter visit: told of a path relative to `top`, and what the system knows of it; whether to go
  ///   into it, for a folder. A name that is not UTF-8 is told repaired, without info, and not gone into.
  package static func walk(
    _ top: String, _ visit: (_ path: String, _ info: Info?) -> Bool
  ) throws(PairError) {
    let root = Array(top.utf8)
    var waiting: [[UInt8]] = [[]]
    while let folder = waiting.popLast() {
      let place = (root + [0x2F] + folder + [0]).map { CChar(bitPattern: $0) }
      guard let stream = opendir(place) else {
        if errno == ENOENT || errno == ENOTDIR { continue }
        throw .system("listing \(String(decoding: root + [0x2F] + folder, as: UTF8.self))")
      }
      defer { closedir(stream) }
      let descriptor = dirfd(stream)
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in Array(bytes.prefix { $0 != 0 }) }
        if name == [0x2E] || name == [0x2E, 0x2E] { continue }
        let path = folder + name
        var info = stat()
        let isThere =
          withUnsafeBytes(of: entry.pointee.d_name) { bytes in
            // d_name ends with a zero (readdir(3)).
            fstatat(
              descriptor, bytes.assumingMemoryBound(to: CChar.self).baseAddress!, &info, AT_SYMLINK_NOFOLLOW)
          } == 0
        guard let text = String(validating: path, as: UTF8.self), isThere else {
          _ = visit(String(decoding: path, as: UTF8.self), nil)
          continue
        }
        let known = Info(info)
        if visit(text, known), known.kind == .folder { waiting.append(path + [0x2F]) }
      }
    }
  }

  /// Looks at everything below the folder `top` in git's order: by the bytes of their paths, with a `/` behind
  /// those of folders. Links are told, never followed.
  ///
  /// - Parameter visit: told of a path relative to `top`, as bytes, and what the system knows of it, nil for what
  ///   is gone meanwhile; whether to go into it, for a folder.
  package static func walkInOrder(
    _ top: String, _ visit: (_ path: [UInt8], _ info: Info?) -> Bool
  ) throws(PairError) {
    var path: [UInt8] = []
    try walkInOrder(Array(top.utf8), &path, visit)
  }

  /// - Parameter path: the folder to look at, with a final `/`, or empty; as it was when this returns.
  private static func walkInOrder(
    _ root: [UInt8], _ path: inout [UInt8], _ visit: (_ path: [UInt8], _ info: Info?) -> Bool
  ) throws(PairError) {
    let folder = try FolderListing(of: root + [0x2F] + path)
    let length = path.count
    for item in folder.items {
      path.append(contentsOf: folder.name(of: item))
      if visit(path, item.info), item.isFolder {
        path.append(0x2F)
        try walkInOrder(root, &path, visit)
      }
      path.removeSubrange(length...)
    }
  }

  /// The bytes that what stands at `path` takes on disk, all below it included.
  package static func diskUse(of path: String) throws(PairError) -> Int {
    var total = info(of: path)?.allocatedBytes ?? 0
    try walk(path) { _, info in
      total += info?.allocatedBytes ?? 0
      return true
    }
    return total
  }
}

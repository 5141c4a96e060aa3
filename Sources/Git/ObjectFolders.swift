import PairCore

/// The folders in which a repository's objects lie (gitrepository-layout(5)), looked at without libgit2, which says
/// "not found" of what it may not look at, too.
enum ObjectFolders {
  /// Where an object lies that is in no pack.
  static func file(of id: ObjectID, in folder: String) -> String {
    "\(folder)/\(id.hex.prefix(2))/\(id.hex.dropFirst(2))"
  }

  /// What `look` finds, which looks for objects in `folder` and those that it borrows from: it looks again when packs
  /// came or went meanwhile, for then an object may have been on its way from one to another.
  static func whileUnchanged<Value>(
    _ folder: String, _ look: () throws(GitError) -> Value
  ) throws(GitError) -> Value {
    var before = try packs(in: folder)
    for _ in 0..<100 {
      let found = try look()
      let after = try packs(in: folder)
      if after == before { return found }
      before = after
    }
    throw GitError(.other, "looking at the objects in \(folder): another process keeps packing them")
  }

  /// Makes sure that every place can be looked at now at which the object could be.
  static func requireReadable(_ id: ObjectID, in folder: String) throws(GitError) {
    for folder in try all(from: folder) { _ = try bytes(of: file(of: id, in: folder), upTo: .max) }
    for pack in try packs(in: folder) { _ = try bytes(of: pack, upTo: 1) }
  }

  /// The packs and their indexes.
  private static func packs(in folder: String) throws(GitError) -> [String] {
    var found: [String] = []
    for folder in try all(from: folder) {
      for (name, _) in try names(in: folder + "/pack") ?? []
      where name.hasSuffix(".pack") || name.hasSuffix(".idx") {
        found.append("\(folder)/pack/\(name)")
      }
    }
    return found.sorted()
  }

  /// `folder`, and those that it borrows from.
  private static func all(from folder: String, depth: Int = 0) throws(GitError) -> [String] {
    guard try names(in: folder) != nil else {
      throw GitError(.other, "looking for objects: there is no folder \(folder)")
    }
    var found = [folder]
    // Git follows five of them (odb.c: link_alt_odb_entry).
    guard depth < 5, let text = try bytes(of: folder + "/info/alternates", upTo: 1 << 20) else {
      return found
    }
    for line in text.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
      let path = String(decoding: line, as: UTF8.self)
      found += try all(from: path.hasPrefix("/") ? path : "\(folder)/\(path)", depth: depth + 1)
    }
    return found
  }
}

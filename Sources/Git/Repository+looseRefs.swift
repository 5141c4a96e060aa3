import Glibc

extension Repository {
  /// The names of the refs under `prefix`, a folder such as `refs/paircoder/tasks/`, that stand as files.
  func looseNames(under prefix: String) -> [String] {
    guard prefix.hasSuffix("/") else { return [] }
    return files(below: String(prefix.dropLast())).filter { !$0.hasSuffix(".lock") }
  }

  /// Git's lock files of refs under `prefix`, as the names of those refs.
  package func lockedRefs(under prefix: String) -> [String] {
    files(below: prefix).compactMap { $0.hasSuffix(".lock") ? String($0.dropLast(".lock".count)) : nil }
  }

  /// Every file below `folder` of the common git directory, by its path from there.
  private func files(below folder: String) -> [String] {
    guard let listing = opendir(commonDirectory + "/" + folder) else { return [] }
    defer { closedir(listing) }
    var found: [String] = []
    while let entry = readdir(listing) {
      let type = Int32(entry.pointee.d_type)
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      let path = folder + "/" + name
      if type == DT_REG {
        found.append(path)
      } else if type == DT_DIR || type == DT_UNKNOWN {
        found += files(below: path)
      }
    }
    return found
  }
}

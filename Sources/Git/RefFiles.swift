import Glibc

/// The refs under `prefix`, a folder such as `refs/paircoder/tasks/`, that stand as files of the common git
/// directory, by their names.
enum RefFiles {
  static func names(under prefix: String, in commonDirectory: String) -> [String] {
    guard prefix.hasSuffix("/") else { return [] }
    return files(below: String(prefix.dropLast()), in: commonDirectory).filter { !$0.hasSuffix(".lock") }
  }

  private static func files(below folder: String, in top: String) -> [String] {
    guard let listing = opendir(top + "/" + folder) else { return [] }
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
        found += files(below: path, in: top)
      }
    }
    return found
  }
}

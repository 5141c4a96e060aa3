/// The refs that stand as files of the common git directory.
enum RefFiles {
  /// The names of those under `prefix`, a folder such as `refs/paircoder/tasks/`.
  static func names(under prefix: String, in commonDirectory: String) -> [String] {
    guard prefix.hasSuffix("/") else { return [] }
    return files(below: String(prefix.dropLast()), in: commonDirectory).filter { !$0.hasSuffix(".lock") }
  }

  private static func files(below folder: String, in top: String) -> [String] {
    // What cannot be listed now is not listed by libgit2 either, which says so.
    let names = (try? Git.names(in: top + "/" + folder)) ?? []
    return names.flatMap { name, isFolder in
      isFolder ? files(below: folder + "/" + name, in: top) : [folder + "/" + name]
    }
  }
}

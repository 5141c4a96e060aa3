import CLibgit2
package import PairCore

extension Repository {
  /// The user as git's configuration names them; an error when no name or address is configured.
  package func userSignature(at time: Timestamp) throws(GitError) -> Signature {
    guard let name = try setting("user.name"), let email = try setting("user.email") else {
      throw GitError(.notFound, "finding out who commits: user.name and user.email are not both set")
    }
    return Signature(name: name, email: email, time: time)
  }

  /// A configured value; nil where nothing or only white space is configured.
  package func setting(_ name: String) throws(GitError) -> String? {
    let config = try Configuration.snapshot(of: pointer)
    var value: UnsafePointer<CChar>?
    let status = git_config_get_string(&value, config.pointer, name)
    if status == GIT_ENOTFOUND.rawValue { return nil }
    try Libgit2.check(status, "reading the setting \(name)")
    let text = value.map { String(cString: $0).trimmed } ?? ""
    return text.isEmpty ? nil : text
  }

  /// Whether the repository's own configuration sets `name`, and not only the user's or the system's.
  package func hasOwnSetting(_ name: String) throws(GitError) -> Bool {
    let config = try Configuration.snapshot(of: pointer)
    var entry: UnsafeMutablePointer<git_config_entry>?
    let status = git_config_get_entry(&entry, config.pointer, name)
    if status == GIT_ENOTFOUND.rawValue { return false }
    try Libgit2.check(status, "reading the setting \(name)")
    defer { git_config_entry_free(entry) }
    return entry.map { $0.pointee.level.rawValue >= GIT_CONFIG_LEVEL_LOCAL.rawValue } ?? false
  }

  /// The names by which git 2.54 and later would run hooks out of the configuration (`hook.<name>.command`).
  package func configuredHookNames() throws(GitError) -> [String] {
    try settings(matching: "^hook\\..*\\.command$")
      .map { String($0.name.dropFirst("hook.".count).dropLast(".command".count)) }
  }

  /// What is configured under the names that fit `pattern`, a regular expression. Git writes the first and
  /// the last part of a name in small letters.
  package func settings(matching pattern: String) throws(GitError) -> [(name: String, value: String)] {
    let config = try Configuration.snapshot(of: pointer)
    var found: [(name: String, value: String)] = []
    let iterator = try Handle(freedBy: git_config_iterator_free, "listing settings") {
      git_config_iterator_glob_new(&$0, config.pointer, pattern)
    }
    var entry: UnsafeMutablePointer<git_config_entry>?
    while git_config_next(&entry, iterator.pointer) == 0, let entry {
      // A name without a value is true (git-config(1)).
      found.append(
        (String(cString: entry.pointee.name), entry.pointee.value.map { String(cString: $0) } ?? "true"))
    }
    return found
  }
}

/// The configuration of a repository, as libgit2 has it.
enum Configuration {
  /// Reads the configuration files that the environment names (git(1)), which libgit2 1.5 does not know.
  static func read(of repository: borrowing Handle, namedBy environment: [String: String]) throws(GitError) {
    let pointer = repository.pointer
    var files: [(String, git_config_level_t)] = []
    if let system = environment["GIT_CONFIG_SYSTEM"] { files.append((system, GIT_CONFIG_LEVEL_SYSTEM)) }
    if let global = environment["GIT_CONFIG_GLOBAL"] {
      files += [(global, GIT_CONFIG_LEVEL_GLOBAL), ("", GIT_CONFIG_LEVEL_XDG)]
    }
    if files.isEmpty { return }
    let config = try Handle(freedBy: git_config_free, "reading the configuration") {
      git_repository_config(&$0, pointer)
    }
    for (path, level) in files {
      // A file that does not exist counts as empty; a device such as /dev/null cannot be read as one.
      let file = path.isEmpty || path.hasPrefix("/dev/") ? "/dev/null/none" : path
      try Libgit2.check(
        git_config_add_file_ondisk(config.pointer, file, level, pointer, 1),
        "reading the configuration file \(path)")
    }
  }

  static func snapshot(of repository: OpaquePointer) throws(GitError) -> Handle {
    try Handle(freedBy: git_config_free, "reading the configuration") {
      git_repository_config_snapshot(&$0, repository)
    }
  }

  /// Whether the repository around `path`, which libgit2 does not open, has a format that came later than 0
  /// (`core.repositoryFormatVersion` in git-config(1)).
  static func isTooNew(_ path: String, _ flags: UInt32) -> Bool {
    var found = git_buf()
    defer { git_buf_dispose(&found) }
    let isExact = flags & GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue != 0
    if !isExact, git_repository_discover(&found, path, 0, nil) < 0 { return false }
    let folder = isExact ? path : String(cString: found.ptr)
    // A linked worktree has no configuration of its own.
    let files = ["", "/.git", "/../.."].map { folder + $0 + "/config" }
    return files.contains { file in
      var (config, version): (OpaquePointer?, Int32) = (nil, 0)
      defer { git_config_free(config) }
      return exists(file) && git_config_open_ondisk(&config, file) == 0
        && git_config_get_int32(&version, config, "core.repositoryformatversion") == 0 && version > 0
    }
  }
}

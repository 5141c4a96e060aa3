import CLibgit2
public import PairCore

extension Repository {
  /// The user as git's configuration names them.
  ///
  /// - Throws: `GitError` when no name or address is configured.
  public func userSignature(at time: Timestamp) throws(GitError) -> Signature {
    guard let name = try setting("user.name"), let email = try setting("user.email") else {
      throw GitError(.notFound, "finding out who commits: user.name and user.email are not both set")
    }
    return Signature(name: name, email: email, time: time)
  }

  /// A configured value; nil where nothing or only white space is configured.
  public func setting(_ name: String) throws(GitError) -> String? {
    let config = try configSnapshot()
    var value: UnsafePointer<CChar>?
    let status = git_config_get_string(&value, config.pointer, name)
    if status == GIT_ENOTFOUND.rawValue { return nil }
    try Libgit2.check(status, "reading the setting \(name)")
    let text = value.map { String(cString: $0).trimmed } ?? ""
    return text.isEmpty ? nil : text
  }

  /// The names under which git 2.54 and later would run hooks out of the configuration
  /// (`hook.<name>.command`, git-hook(1)).
  public func configuredHookNames() throws(GitError) -> [String] {
    let config = try configSnapshot()
    var names: [String] = []
    let iterator = try Handle(freedBy: git_config_iterator_free, "listing configured hooks") {
      git_config_iterator_glob_new(&$0, config.pointer, "^hook\\..*\\.command$")
    }
    var entry: UnsafeMutablePointer<git_config_entry>?
    while git_config_next(&entry, iterator.pointer) == 0 {
      guard let entry else { break }
      let key = String(cString: entry.pointee.name)
      names.append(String(key.dropFirst("hook.".count).dropLast(".command".count)))
    }
    return names
  }

  private func configSnapshot() throws(GitError) -> Handle {
    try Handle(freedBy: git_config_free, "reading the configuration") {
      git_repository_config_snapshot(&$0, pointer)
    }
  }
}

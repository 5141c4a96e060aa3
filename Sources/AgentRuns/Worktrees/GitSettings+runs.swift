import Git
import PairCore

extension GitSettings {
  /// The settings for an agent's own git directory: those of the user's repository, but for what signs, runs hooks or
  /// monitors, holds credentials or says where the repository is. The user's own file (`~/.gitconfig`) holds there as it
  /// does everywhere, so what it says of those is overruled. Remotes can be read; a push fails, with words.
  ///
  /// - Parameters:
  ///   - hooks: the folder for hooks.
  ///   - common: the user's git directory.
  func ofAgent(hooks: String, common: String) -> GitSettings {
    var kept = entries.filter { $0.isOfRepository && !$0.isWithheld }
    func set(_ name: String, _ value: String) {
      kept.append(.init(isOfRepository: true, name: name, value: Array(value.utf8)))
    }
    for (name, value) in GitSettings.format(of: self) { set(name, value) }
    set("core.bare", "false")
    set("lfs.storage", largeFiles(common))
    set("core.fsmonitor", "false")
    if value("core.hookspath") != nil { set("core.hookspath", hooks) }
    set("commit.gpgsign", "false")
    set("tag.gpgsign", "false")
    set("gc.auto", "0")
    set("maintenance.auto", "false")
    // An empty one drops those that came before (gitcredentials(7)).
    for name in Set(entries.map(\.name)).sorted()
    where name.hasPrefix("credential.") && name.hasSuffix(".helper") {
      set(name, "")
    }
    for remote in Set(entries.filter { $0.section == "remote" }.compactMap(\.subsection)).sorted() {
      set("remote.\(remote).pushurl", GitSettings.noPush)
    }
    // Of a URL that is named by hand.
    for scheme in ["https://", "http://", "ssh://", "git://", "git@", "file://", "/"] {
      kept.append(
        .init(
          isOfRepository: true, name: "url.\(GitSettings.noPush)/.pushinsteadof", value: Array(scheme.utf8)))
    }
    return GitSettings(kept)
  }

  /// All settings, but for what names other files, runs hooks or says where the repository is: for commands of ours.
  ///
  /// - Parameter common: the user's git directory.
  func ofOurs(common: String) -> GitSettings {
    let kept = entries.filter { !$0.isOfPlace && !["hook", "alias"].contains($0.section) }
    let own = GitSettings.format(of: self) + [("lfs.storage", largeFiles(common))]
    let format = own.map {
      Entry(isOfRepository: true, name: $0.name, value: Array($0.value.utf8))
    }
    return GitSettings(kept + format)
  }

  /// Where git-lfs(1) keeps its objects: in the user's repository, by their content.
  private func largeFiles(_ common: String) -> String {
    let named = value("lfs.storage") ?? "lfs"
    return named.hasPrefix("/") ? named : common + "/" + named
  }

  /// Git shows it in its error: "… does not appear to be a git repository".
  private static let noPush =
    "/dev/null/an agent's worktree does not push: leave your work in files, bpsai-pair commits it"

  private static func format(of settings: GitSettings) -> [(name: String, value: String)] {
    guard let remote = settings.value("extensions.partialclone") else {
      return [("core.repositoryformatversion", "0")]
    }
    return [("core.repositoryformatversion", "1"), ("extensions.partialclone", remote)]
  }
}

extension GitSettings.Entry {
  /// Whether it says where and of what format the repository is, or has been resolved.
  fileprivate var isOfPlace: Bool {
    ["include", "includeif", "extensions", "worktree"].contains(section)
      || ["core.worktree", "core.bare", "core.repositoryformatversion", "core.splitindex"].contains(name)
  }

  /// Whether an agent is not to have it.
  fileprivate var isWithheld: Bool {
    isOfPlace
      || ["credential", "gpg", "hook", "maintenance", "receive", "uploadpack", "url"].contains(section)
      || [
        "core.hookspath", "core.fsmonitor", "core.sshcommand", "core.askpass", "core.gitproxy",
        "user.signingkey",
        "remote.pushdefault",
      ].contains(name)
      || ["gpgsign", "pushurl", "extraheader", "cookiefile", "sslkey", "sslcert", "sslcertpasswordprotected"]
        .contains(variable)
  }
}

package import Git
import Host
package import PairCore

extension PrivateGit {
  /// Makes the directory one that git may open: regular files and folders only, and nothing that configures git but what
  /// is ours (gitrepository-layout(5)).
  ///
  /// - Throws: `PairError` where the directory is gone, or cannot be read.
  func seal(effects: EffectDoor) throws {
    guard FileInfo.kind(at: path) == .folder else {
      throw PairError(.failed, "the git directory \(path) is gone")
    }
    // A pipe makes git wait for ever; a link leads to files that are not the agent's.
    var unusual: [String] = []
    try DirectoryWalk.walk(path) { name, info in
      if let info, info.kind != .file && info.kind != .folder { unusual.append(name) }
      return true
    }
    for name in unusual { try Files.remove(path + "/" + name, effects: effects) }
    for name in [
      "config", "config.worktree", "commondir", "gitdir", "shallow", "hooks", "info", "objects/info",
    ] {
      try DirectoryWalk.removeTree(path + "/" + name, effects: effects)
    }
    for name in ["hooks", "info", "objects/info", "objects/pack", "refs"] {
      try Files.makeFolder(path + "/" + name, effects: effects)
    }
    try writeWhatConfigures(effects: effects)
  }
}

extension RunWorktree {
  /// Has `work` done by git with a git directory of ours: settings, attributes and what is left out are those of before
  /// the agent began, the user's own included; the configuration files of user and system have no say, and no credentials are in the environment.
  /// New objects go to the user's repository. The index has to be named.
  ///
  /// The directory is made for this one use: the agent could have reached one that lasts.
  func withGitOfOurs<Value>(
    _ git: GitCommand, effects: EffectDoor, _ work: (GitCommand, GitCommand.Place) async throws -> Value
  ) async throws -> Value {
    guard let privateGit else { return try await work(git, place) }
    let folder = path + ".ours"
    try DirectoryWalk.removeTree(folder, effects: effects)
    for name in ["objects", "refs", "info"] {
      try Files.makeFolder(folder + "/" + name, mode: 0o700, effects: effects)
    }
    var files = privateGit.files
    var settings = privateGit.settings.ofOurs(common: privateGit.common)
    for name in ["core.attributesfile", "core.excludesfile"] {
      files[name] = privateGit.filesOfUser[name] ?? []
      settings = settings.setting(name, to: folder + "/" + name)
    }
    files["config"] = settings.file
    files["HEAD"] = Array("\(base)\n".utf8)
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
      try AtomicFile.replace(folder + "/" + name, with: bytes, effects: effects)
    }
    do {
      let value = try await work(
        git.confined, .init(gitDirectory: folder, worktree: path, objects: privateGit.objects))
      try DirectoryWalk.removeTree(folder, effects: effects)
      return value
    } catch {
      try DirectoryWalk.removeTree(folder, effects: effects)
      throw error
    }
  }
}

extension GitCommand {
  /// Git without the user's environment, but for `variables`: what it runs by configuration and attributes (filters,
  /// merge drivers) may be a program that an agent wrote.
  package func inheriting(_ variables: [VariablePattern] = []) -> GitCommand {
    changingEnvironment { ChildEnvironment.inherited(from: $0, keys: variables) }
  }

  /// The same, and without the configuration files of user and system.
  var confined: GitCommand {
    inheriting().changingEnvironment { environment in
      environment.merging(
        ["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_NO_REPLACE_OBJECTS": "1"]) {
          $1
        }
    }
  }
}

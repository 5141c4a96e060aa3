import CLibgit2
import Glibc
package import PairCore

/// An open repository. One task owns it; it is read in-process and never talks to the network.
package struct Repository: ~Copyable {
  let handle: Handle
  /// The door that every change to the repository passes.
  package let effects: EffectDoor
  /// The git directory of the worktree that was opened, with a final `/` removed.
  package let gitDirectory: String
  /// The git directory that all worktrees of the repository share.
  package let commonDirectory: String
  /// Hears what was done about the locks of dead processes, one sentence each.
  package var tell: @Sendable (String) -> Void = { _ in }
  /// The top of the working tree; nil in a bare repository.
  package let workingDirectory: String?

  /// Opens the repository that holds `path`, looking upwards as git does.
  ///
  /// - Parameter environment: names the user's configuration files, where they are not git's usual ones.
  /// - Throws: `GitError` of kind `notFound` when there is none.
  package init(
    containing path: String, environment: [String: String] = [:], effects: EffectDoor = .open
  ) throws(GitError) {
    try self.init(path, flags: 0, environment, effects)
  }

  /// Opens exactly the git directory at `path` (`GIT_DIR`).
  package init(
    gitDirectory path: String, environment: [String: String] = [:], effects: EffectDoor = .open
  ) throws(GitError) {
    try self.init(path, flags: GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, environment, effects)
  }

  private init(
    _ path: String, flags: UInt32, _ environment: [String: String], _ effects: EffectDoor
  ) throws(GitError) {
    let opened = try Handle(freedBy: git_repository_free, "opening a git repository at \(path)") {
      git_repository_open_ext(&$0, path, flags, nil)
    }
    try Repository.readConfiguration(of: opened, namedBy: environment)
    handle = opened
    self.effects = effects
    gitDirectory = Repository.path(git_repository_path(handle.pointer))
    commonDirectory = Repository.path(git_repository_commondir(handle.pointer))
    workingDirectory = git_repository_workdir(handle.pointer).map { Repository.path($0) }
  }

  var pointer: OpaquePointer { handle.pointer }

  /// Whether it was opened through a linked worktree.
  package var isLinkedWorktree: Bool { gitDirectory != commonDirectory }

  /// Where this program keeps files of its own that all worktrees share.
  package var stateFolder: String { commonDirectory + "/paircoder" }

  private static func path(_ text: UnsafePointer<CChar>?) -> String {
    guard let text else { return "" }
    var path = String(validatingCString: text) ?? nameOfOpenFolder(text)
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// A name for a folder whose path is not UTF-8: that of an open file, which stays open as long as this process.
  private static func nameOfOpenFolder(_ path: UnsafePointer<CChar>) -> String {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return descriptor < 0 ? String(cString: path) : namesOfOpenFiles + String(descriptor)
  }

  private static let namesOfOpenFiles = "/proc/self/fd/"

  /// Whether its path can be told to other programs: one that is not UTF-8 has a name in this process alone.
  package var hasPathForOthers: Bool { !commonDirectory.hasPrefix(Repository.namesOfOpenFiles) }
}

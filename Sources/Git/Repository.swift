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
  /// Counts what is read through it, for tests.
  package var reads = ReadCounter.none
  /// Hides credentials in what logs and notes are made of.
  package var redaction = Redaction()
  let recent: RecentObjects
  /// Hears what was done about the locks of dead processes and about damaged objects, one sentence each.
  package var tell: @Sendable (String) -> Void = { _ in }
  /// The top of the working tree; nil in a bare repository.
  package let workingDirectory: String?

  /// Opens the repository that holds `path`, looking upwards as git does; `notFound` when there is none.
  ///
  /// - Parameter environment: names the user's configuration files, where they are not git's usual ones.
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

  /// Opens the common git directory of `other` once more: libgit2 remembers what it has read, and takes it for present.
  package init(afresh other: borrowing Repository) throws(GitError) {
    let flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue
    try self.init(other.commonDirectory, flags: flags, [:], other.effects, other.recent)
    (reads, tell, redaction) = (other.reads, other.tell, other.redaction)
  }

  private init(
    _ path: String, flags: UInt32, _ environment: [String: String], _ effects: EffectDoor,
    _ recent: RecentObjects = RecentObjects()
  ) throws(GitError) {
    let opened: Handle
    do {
      opened = try Handle(freedBy: git_repository_free, "opening a git repository at \(path)") {
        git_repository_open_ext(&$0, path, flags, nil)
      }
    } catch {
      guard error.kind == .other, Configuration.isTooNew(path, flags) else { throw error }
      throw GitError(.unsupported, error.attempt, because: error.causes)
    }
    try Configuration.read(of: opened, namedBy: environment)
    handle = opened
    self.effects = effects
    self.recent = recent
    gitDirectory = FolderName.path(git_repository_path(handle.pointer))
    commonDirectory = FolderName.path(git_repository_commondir(handle.pointer))
    workingDirectory = git_repository_workdir(handle.pointer).map { FolderName.path($0) }
  }

  var pointer: OpaquePointer { handle.pointer }

  /// Whether it was opened through a linked worktree.
  package var isLinkedWorktree: Bool { gitDirectory != commonDirectory }

  /// Where this program keeps files of its own that all worktrees share.
  package var stateFolder: String { commonDirectory + "/paircoder" }

  package var objectFolder: String { commonDirectory + "/objects" }

  /// Whether its path can be told to other programs: one that is not UTF-8 has a name in this process alone.
  package var hasPathForOthers: Bool { !commonDirectory.hasPrefix(FolderName.ofOpenFiles) }

  /// The version of libgit2 that reads repositories.
  package static var libraryVersion: String {
    var (major, minor, revision): (Int32, Int32, Int32) = (0, 0, 0)
    git_libgit2_version(&major, &minor, &revision)
    return "\(major).\(minor).\(revision)"
  }
}

/// The names of folders that libgit2 tells.
private enum FolderName {
  static func path(_ text: UnsafePointer<CChar>?) -> String {
    guard let text else { return "" }
    var path = String(validatingCString: text) ?? nameOfOpenFolder(text)
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// A name for a folder whose path is not UTF-8: that of an open file, which stays open as long as this process.
  private static func nameOfOpenFolder(_ path: UnsafePointer<CChar>) -> String {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return descriptor < 0 ? String(cString: path) : ofOpenFiles + String(descriptor)
  }

  static let ofOpenFiles = "/proc/self/fd/"
}

import Foundation

/// A git repository of a test's own, made and changed with the real git.
package final class ScratchRepository: Sendable {
  package let scratch: ScratchFolder
  /// The top of its working tree; of a bare repository, the repository itself.
  package let path: String
  package let gitDirectory: String

  /// Makes an empty repository.
  package init(bare: Bool = false) throws {
    scratch = try ScratchFolder()
    path = scratch.path + "/repo"
    gitDirectory = bare ? path : path + "/.git"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: scratch.path + "/tmp", withIntermediateDirectories: true)
    try git(bare ? ["init", "--quiet", "--bare"] : ["init", "--quiet"])
  }

  /// Makes a copy of `other` with all that stands in it.
  package init(copyOf other: ScratchRepository) throws {
    scratch = try ScratchFolder()
    path = scratch.path + "/repo"
    gitDirectory = path + other.gitDirectory.dropFirst(other.path.count)
    try FileManager.default.copyItem(atPath: other.path, toPath: path)
    try FileManager.default.createDirectory(atPath: scratch.path + "/tmp", withIntermediateDirectories: true)
  }

  package struct GitFailed: Error, CustomStringConvertible {
    package let description: String
  }

  /// Runs git there and returns what it printed, without the last line break.
  @discardableResult
  package func git(_ arguments: [String], environment more: [String: String] = [:]) throws -> String {
    let run = try runGit(arguments, environment: more)
    guard run.status == 0 else {
      throw GitFailed(description: "git \(arguments.joined(separator: " ")): \(run.errors)")
    }
    return run.output.hasSuffix("\n") ? String(run.output.dropLast()) : run.output
  }

  /// Runs git there, however it ends.
  package func runGit(
    _ arguments: [String], environment more: [String: String] = [:]
  ) throws -> Invocation {
    try Invocation.run(
      "/usr/bin/git", arguments, in: path, environment: scratch.environment.merging(more) { $1 })
  }

  package func write(_ name: String, _ text: String, executable: Bool = false) throws {
    try scratch.write("repo/" + name, text, executable: executable)
  }

  package func read(_ name: String) -> String? { scratch.read("repo/" + name) }

  /// Commits everything and returns the commit's id.
  @discardableResult
  package func commit(_ message: String = "Work") throws -> String {
    try git(["add", "--all"])
    try git(["commit", "--quiet", "--allow-empty", "--message", message])
    return try git(["rev-parse", "HEAD"])
  }

  /// Everything of the user's that no run may change: HEAD, index, working tree, refs that are not ours,
  /// configuration, hooks, stash. Two states compare equal when all of it is byte-identical.
  package func userState() throws -> [String: String] {
    var state = try contents(of: gitDirectory) { name in
      ScratchRepository.gitsOrOurs.contains { name == $0 || name.hasPrefix($0 + "/") }
    }
    state["refs"] = try refs().filter { !$0.isOurRef }.joined(separator: "\n")
    if gitDirectory == path { return state }
    return try contents(of: path) { $0 == ".git" }.merging(state) { $1 }
  }

  /// Every file of the repository, its git directory included: for commands that must change nothing.
  package func everything() throws -> [String: String] { try contents(of: path) { _ in false } }

  /// Each ref with its object, ours included.
  package func refs() throws -> [String] {
    try git(["for-each-ref", "--format=%(objectname) %(refname)"]).split(separator: "\n").map(String.init)
  }

  /// What git itself adds for worktrees and objects, and what is ours to write. Loose and packed refs are
  /// compared as refs.
  private static let gitsOrOurs = [
    "objects", "worktrees", "packed-refs", "refs", "paircoder", "logs/refs/heads/paircoder",
    "logs/refs/paircoder", "logs/refs/notes/paircoder",
  ]

  private func contents(of top: String, butFor isLeftOut: (String) -> Bool) throws -> [String: String] {
    var found: [String: String] = [:]
    let files = FileManager.default.enumerator(atPath: top)
    while let name = files?.nextObject() as? String {
      let attributes = try FileManager.default.attributesOfItem(atPath: top + "/" + name)
      let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
      if isLeftOut(name) {
        if isFolder { files?.skipDescendants() }
        continue
      }
      if isFolder { continue }
      let bytes = FileManager.default.contents(atPath: top + "/" + name)?.base64EncodedString() ?? ""
      found[top == gitDirectory ? ".git/" + name : name] =
        "\(attributes[.posixPermissions] ?? "") \(bytes)"
    }
    return found
  }
}

extension String {
  /// Whether a line of `refs()` is about a ref that this program may move.
  fileprivate var isOurRef: Bool {
    contains(" refs/heads/paircoder/") || contains(" refs/paircoder/") || hasSuffix(" refs/notes/paircoder")
  }
}

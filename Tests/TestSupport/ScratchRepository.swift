import Foundation

/// A git repository of a test's own, made and changed with the real git.
public final class ScratchRepository: Sendable {
  public let scratch: ScratchFolder
  /// The top of its working tree.
  public let path: String

  /// Makes an empty repository.
  public init(bare: Bool = false) throws {
    scratch = try ScratchFolder()
    path = scratch.path + "/repo"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: scratch.path + "/tmp", withIntermediateDirectories: true)
    try git(bare ? ["init", "--quiet", "--bare"] : ["init", "--quiet"])
  }

  public struct GitFailed: Error, CustomStringConvertible {
    public let description: String
  }

  /// Runs git there and returns what it printed, without the last line break.
  @discardableResult
  public func git(_ arguments: [String], environment more: [String: String] = [:]) throws -> String {
    let run = try Invocation.run(
      "/usr/bin/git", arguments, in: path, environment: scratch.environment.merging(more) { $1 })
    guard run.status == 0 else {
      throw GitFailed(description: "git \(arguments.joined(separator: " ")): \(run.errors)")
    }
    return run.output.hasSuffix("\n") ? String(run.output.dropLast()) : run.output
  }

  public func write(_ name: String, _ text: String, executable: Bool = false) throws {
    try scratch.write("repo/" + name, text, executable: executable)
  }

  public func read(_ name: String) -> String? { scratch.read("repo/" + name) }

  /// Commits everything and returns the commit's id.
  @discardableResult
  public func commit(_ message: String = "Work") throws -> String {
    try git(["add", "--all"])
    try git(["commit", "--quiet", "--allow-empty", "--message", message])
    return try git(["rev-parse", "HEAD"])
  }

  /// Everything of the user's that no run may change: HEAD, index, working tree, refs that are not ours,
  /// configuration, stash. Two states compare equal when all of it is byte-identical.
  public func userState() throws -> [String: String] {
    var state: [String: String] = [:]
    for name in ["HEAD", "index", "config", "logs/HEAD", "refs/stash"] {
      state[".git/" + name] = FileManager.default.contents(atPath: "\(path)/.git/\(name)")?
        .base64EncodedString()
    }
    state["refs"] = try git(["for-each-ref", "--format=%(objectname) %(refname)"])
      .split(separator: "\n").filter {
        !$0.contains(" refs/heads/paircoder/") && !$0.contains(" refs/paircoder/")
      }
      .filter { !$0.hasSuffix(" refs/notes/paircoder") }.joined(separator: "\n")
    let files = FileManager.default.enumerator(atPath: path)
    while let name = files?.nextObject() as? String {
      if name == ".git" {
        files?.skipDescendants()
        continue
      }
      let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
      let bytes = FileManager.default.contents(atPath: path + "/" + name)?.base64EncodedString() ?? ""
      state[name] = "\(attributes[.posixPermissions] ?? "") \(bytes)"
    }
    return state
  }
}

package import Git
import Host
package import PairCore

/// `.worktreeinclude`: which untracked files of the checkout a worktree gets copies of (gitignore(5)).
package struct IncludedFiles: Sendable {
  package static let name = ".worktreeinclude"

  /// What was copied, and what was left out and why, as paths from the top.
  package struct Copied: Sendable {
    package fileprivate(set) var paths: [String] = []
    package fileprivate(set) var leftOut: [(path: String, why: String)] = []
  }

  private let list: String
  private let checkout: GitCommand.Place
  private let git: GitCommand
  private let effects: EffectDoor

  /// - Parameter list: a file with the patterns, as the commit of the configuration has it: what a branch
  ///   under work says does not count, since it could ask for secrets.
  package init(listedIn list: String, from checkout: GitCommand.Place, git: GitCommand, effects: EffectDoor) {
    self.list = list
    self.checkout = checkout
    self.git = git
    self.effects = effects
  }

  /// Copies what the list names. Only untracked files are looked at, so that no commit can have a tracked one
  /// replaced; nothing is that stands in the worktree already, or that its commit holds (`tracked`).
  package func copy(into worktree: RunWorktree, tracked: (String) throws -> Bool) async throws -> Copied {
    var copied = Copied()
    guard let top = checkout.worktree else { return copied }
    let printed = try await git.run(
      ["ls-files", "--others", "--ignored", "--exclude-from=" + list, "-z"], at: checkout)
    for bytes in printed.split(separator: 0) {
      guard let path = String(validating: bytes, as: UTF8.self) else {
        copied.leftOut.append((String(decoding: bytes, as: UTF8.self), "its name is not UTF-8"))
        continue
      }
      if path.hasSuffix("/") {
        copied.leftOut.append((path, "it is a repository of its own"))
        continue
      }
      let target = worktree.path + "/" + path
      guard FileInfo.kind(at: target) == nil, try !tracked(path) else { continue }
      if let why = try copyOne(top + "/" + path, path, to: worktree.path) {
        copied.leftOut.append((path, why))
      } else {
        copied.paths.append(path)
      }
    }
    return copied
  }

  /// Copies a file, or a link that leads nowhere outside; else returns why not.
  private func copyOne(_ source: String, _ path: String, to top: String) throws -> String? {
    let kind = FileInfo.kind(at: source)
    let target = kind == .link ? try Files.linkTarget(source) : []
    switch kind {
    case .file: break
    case .link where IncludedFiles.isInside(target, from: path): break
    case .link: return "it is a link that leads out of the checkout"
    default: return "it is no file"
    }
    // The commit may hold a link where the checkout has a folder: what it leads to is not ours to write.
    var folder = top
    for part in path.split(separator: "/").dropLast() {
      folder += "/" + part
      switch FileInfo.kind(at: folder) {
      case .folder: break
      case nil: try Files.makeFolder(folder, effects: effects)
      default: return "the commit holds something else where its folder belongs"
      }
    }
    if kind == .link {
      try AtomicFile.replaceLink(top + "/" + path, pointingTo: target, effects: effects)
    } else {
      try AtomicFile.copy(source, to: top + "/" + path, effects: effects)
    }
    return nil
  }

  /// Whether a link at `path` to `target` stays below the top, by its words.
  static func isInside(_ target: [UInt8], from path: String) -> Bool {
    if target.first == UInt8(ascii: "/") { return false }
    var depth = path.split(separator: "/").count - 1
    for part in target.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual("..".utf8) { depth -= 1 } else if !part.elementsEqual(".".utf8) { depth += 1 }
      if depth < 0 { return false }
    }
    return true
  }
}

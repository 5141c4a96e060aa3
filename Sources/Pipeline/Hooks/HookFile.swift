import Host
import PairCore

/// One file of ours among git's hooks, and the hook that stood there before (githooks(5)).
struct HookFile {
  let hook: HookName
  /// What its name has behind the hook's.
  var ending = ""
  /// The folder that git, or who runs hooks for it, looks into.
  let folder: String
  let effects: EffectDoor

  var path: String { folder + "/" + hook.rawValue + ending }

  /// What stood there before, in a folder of its own, since a hook finds out by its name which one it is.
  private var folderBefore: String { folder + "/" + HookFile.folderNameBefore }
  private var before: String { folderBefore + "/" + hook.rawValue }
  private static let folderNameBefore = "before-bpsai-pair"
  private static let mark = "# bpsai-pair: takes up the tasks"

  /// Whether it is one of our scripts, by its second line.
  static func isOurs(_ text: String) -> Bool {
    text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).dropFirst().first?.hasPrefix(
      mark)
      ?? false
  }

  /// The text of what stands at `path`; nil when nothing does, or a link that leads nowhere.
  static func text(_ path: String) throws(PairError) -> String? {
    guard FileInfo.kind(at: path) != .folder else { return nil }
    return try Files.read(path, limitInBytes: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
  }

  var isOurs: Bool { get throws(PairError) { try HookFile.text(path).map(HookFile.isOurs) ?? false } }

  /// Whether a hook that was there before waits to be put back.
  var hasOneBefore: Bool { FileInfo.kind(at: before) != nil && !isSibling(before, hook.rawValue) }

  /// Puts our script there, a foreign one to run first; throws `unsupported` when one is kept already.
  func install(_ script: String) throws {
    let isOurs = try isOurs
    if !isOurs, FileInfo.kind(at: path) != nil { try putAside() }
    try Files.makeFolder(folder, effects: effects)
    if isOurs, try HookFile.text(path) == script, Files.isExecutable(path) { return }
    try AtomicFile.replace(path, with: Array(script.utf8), mode: 0o755, effects: effects)
  }

  /// Removes our script and puts back what stood there; returns whether ours was there.
  @discardableResult
  func uninstall() throws -> Bool {
    guard try isOurs else { return false }
    guard hasOneBefore else {
      try Files.remove(path, effects: effects)
      return true
    }
    if FileInfo.kind(at: before) == .link {
      // One folder down, a relative link had to lead one folder up first.
      let target = try Files.linkTarget(before)
      let original = target.starts(with: Array("../".utf8)) ? Array(target.dropFirst(3)) : target
      try AtomicFile.replaceLink(path, pointingTo: original, effects: effects)
      try Files.remove(before, effects: effects)
    } else {
      try Files.rename(before, to: path, effects: effects)
    }
    try removeSiblings()
    return true
  }

  private func putAside() throws {
    guard !hasOneBefore else {
      throw PairError(
        .unsupported, "both \(path) and \(before) exist, and the first is not ours",
        hint: "Look at both and move one away.")
    }
    try Files.makeFolder(folderBefore, effects: effects)
    if FileInfo.kind(at: path) == .link {
      let target = try Files.linkTarget(path)
      let moved = target.first == UInt8(ascii: "/") ? target : Array("../".utf8) + target
      try AtomicFile.replaceLink(before, pointingTo: moved, effects: effects)
      try Files.remove(path, effects: effects)
    } else {
      try Files.remove(before, effects: effects)
      try Files.rename(path, to: before, effects: effects)
    }
    try linkSiblings()
  }

  /// A hook that calls what lies beside it (`"$(dirname "$0")/common.sh"`) still finds that.
  private func linkSiblings() throws {
    for (name, _) in try DirectoryWalk.list(folder)
    where !name.hasSuffix(".sample") && name != HookFile.folderNameBefore && name != hook.rawValue {
      if FileInfo.kind(at: folderBefore + "/" + name) == nil {
        try AtomicFile.replaceLink(
          folderBefore + "/" + name, pointingTo: Array("../\(name)".utf8), effects: effects)
      }
    }
  }

  /// Once no hook is kept any more, what was put beside them goes.
  private func removeSiblings() throws {
    let names = try DirectoryWalk.list(folderBefore).map(\.name)
    guard names.allSatisfy({ isSibling(folderBefore + "/" + $0, $0) }) else { return }
    for name in names { try Files.remove(folderBefore + "/" + name, effects: effects) }
    try Files.removeEmptyFolder(folderBefore, effects: effects)
  }

  private func isSibling(_ path: String, _ name: String) -> Bool {
    // A link that cannot be read is no link of ours.
    guard FileInfo.kind(at: path) == .link, let target = try? Files.linkTarget(path) else { return false }
    return target == Array("../\(name)".utf8)
  }
}

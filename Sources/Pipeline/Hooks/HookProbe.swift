import Host
package import PairCore

/// What `hooks test` has hooks do instead of their work: note that they fired.
package struct HookProbe: Sendable {
  /// Names the file to note it in.
  package static let variable = "BPSAI_PAIR_HOOK_PROBE"

  private let path: String

  package init(_ path: String) { self.path = path }

  /// Adds a line with the hook's name and the folder that git called it in.
  package func record(_ hook: HookName, in folder: String, effects: EffectDoor) throws {
    var bytes = try Files.read(path) ?? []
    bytes += Array("\(hook.rawValue) \(Files.canonical(folder) ?? folder)\n".utf8)
    try AtomicFile.replace(path, with: bytes, effects: effects)
  }

  func notes() throws -> Set<Firing> {
    let text = String(decoding: try Files.read(path) ?? [], as: UTF8.self)
    var firings: Set<Firing> = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      if words.count == 2, let hook = HookName(rawValue: words[0]) {
        firings.insert(Firing(hook: hook, folder: words[1]))
      }
    }
    return firings
  }

  struct Firing: Hashable {
    let hook: HookName
    let folder: String
  }
}

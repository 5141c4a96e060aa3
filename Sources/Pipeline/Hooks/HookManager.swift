import Host

/// A program that owns a repository's hooks, and has to be told of ours in a file of its own.
enum HookManager: Hashable {
  case lefthook
  case husky
  case overcommit
  /// Some other one that keeps its hooks in this folder of the working tree.
  case other(String)

  /// Where it reads what it runs for `hook`, relative to the top of the working tree.
  func file(for hook: HookName, in top: String) -> String {
    switch self {
    case .lefthook: HookManager.lefthookFile(in: top) ?? "lefthook.yml"
    case .husky: ".husky/\(hook.rawValue)"
    case .overcommit: ".overcommit.yml"
    case .other(let folder): "\(folder)/\(hook.rawValue)"
    }
  }

  /// What has to stand in that file.
  func lines(for hook: HookName) -> [String] {
    switch self {
    case .lefthook:
      [
        "\(hook.rawValue):", "  commands:", "    bpsai-pair:", "      run: \(HookManager.call(of: hook)) {0}",
      ]
    case .husky, .other: ["\(HookManager.call(of: hook)) \"$@\" || :"]
    case .overcommit:
      [
        "\(HookManager.capitalized(hook)):", "  BpsaiPair:", "    enabled: true",
        "    command: ['bpsai-pair', 'hook', '\(hook.rawValue)']",
      ]
    }
  }

  var name: String {
    switch self {
    case .lefthook: "lefthook"
    case .husky: "husky"
    case .overcommit: "overcommit"
    case .other(let folder): "whatever fills \(folder)"
    }
  }

  func calls(_ hook: HookName, in top: String) throws -> Bool {
    guard let text = try HookFile.text(top + "/" + file(for: hook, in: top)) else { return false }
    return text.contains(HookManager.call(of: hook))
      || text.contains("'bpsai-pair', 'hook', '\(hook.rawValue)'")
  }

  /// Whose hook file has this text; nil where it is nobody's that needs to be told.
  init?(writing text: String) {
    if text.contains("lefthook") {
      self = .lefthook
    } else if text.contains("Overcommit") || text.contains("overcommit") {
      self = .overcommit
    } else {
      return nil
    }
  }

  /// The one that will put its own file in the place of `hook`, by its settings in the checkout.
  init?(claiming hook: HookName, in top: String) throws {
    guard let file = HookManager.lefthookFile(in: top), let text = try HookFile.text(top + "/" + file) else {
      return nil
    }
    let keys = ["\(hook.rawValue):", "\"\(hook.rawValue)\"", "[\(hook.rawValue)"]
    let isNamed = text.split(separator: "\n").contains { line in
      keys.contains { line.drop { $0 == " " }.hasPrefix($0) }
    }
    guard isNamed else { return nil }
    self = .lefthook
  }

  /// Whether a manager reads the file or folder called `name` at the top of the working tree.
  static func isSetting(_ name: String) -> Bool {
    name == ".husky" || name == ".overcommit.yml" || name == ".pre-commit-config.yaml"
      || name.hasPrefix("lefthook") || name.hasPrefix(".lefthook")
  }

  private static func call(of hook: HookName) -> String { "bpsai-pair hook \(hook.rawValue)" }

  private static func capitalized(_ hook: HookName) -> String {
    hook.rawValue.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private static func lefthookFile(in top: String) -> String? {
    ["lefthook", ".lefthook"].flatMap { name in ["yml", "yaml", "toml", "json"].map { "\(name).\($0)" } }
      .first { FileInfo.kind(at: top + "/" + $0) == .file }
  }
}

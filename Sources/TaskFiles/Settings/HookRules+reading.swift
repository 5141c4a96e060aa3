import PairCore

extension HookRules {
  /// Reads `hooks: {mode: queue, branches: [main], statuses: [ready], types: [fix], delay: 1m}`, or just the mode.
  ///
  /// - Throws: `PairError` of kind `invalidInput` at an unknown key or word.
  init(reading node: YAMLNode) throws(PairError) {
    self = .standard
    if case .scalar = node.content {
      mode = try HookRules.mode(node)
      return
    }
    try node.requireKeys(["mode", "branches", "statuses", "types", "delay"], of: "hooks")
    if let stated = node["mode"] { mode = try HookRules.mode(stated) }
    branches = try node.strings("branches").map { Glob($0) }
    statuses = try node.strings("statuses").map { TaskStatus($0) }
    var named: [TaskType] = []
    for name in try node.strings("types") {
      guard let type = TaskType(rawValue: name.lowercased()) else {
        throw (node["types"] ?? node).mismatch(
          "types", "must be of \(TaskType.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      named.append(type)
    }
    types = named
    delayInSeconds = try node.seconds("delay") ?? delayInSeconds
  }

  private static func mode(_ node: YAMLNode) throws(PairError) -> Mode {
    guard let mode = Mode(rawValue: try node.requireText("the mode of the hooks")) else {
      throw node.mismatch("the mode of the hooks", "must be route, queue or run")
    }
    return mode
  }
}

import PairCore

// Each reads one key of `orchestrate:`. What is left out keeps its usual value; a `PairError` of kind
// `invalidInput` stands at an unknown key, and at a value of another type or out of its bounds.

extension BudgetLimits {
  /// Reads `budget: {daily: 5.00, monthly: 60, task: 2.00, alert: 0.8}`: US dollars, and a fraction of them.
  init(reading node: YAMLNode) throws(PairError) {
    try node.requireKeys(["daily", "monthly", "task", "alert"], of: "budget")
    let alert = try node.double("alert") ?? BudgetLimits().alert
    guard alert > 0, alert <= 1 else {
      throw (node["alert"] ?? node).mismatch(
        "alert", "must be a fraction above 0 and up to 1", hint: "0.8 tells when 80 % of a limit are used.")
    }
    func amount(_ key: String) throws(PairError) -> Dollars? {
      try node.amount(key, upTo: 1_000_000, "US dollars").map { Dollars($0) }
    }
    self.init(
      daily: try amount("daily"), monthly: try amount("monthly"), task: try amount("task"), alert: alert)
  }
}

extension ChangeRules {
  /// Reads `changes:`, such as `{protected: refuse, out-of-scope: flag}`.
  init(reading node: YAMLNode) throws(PairError) {
    self = .standard
    try node.requireKeys(["protected", "out-of-scope"], of: "changes")
    // `allow` only notes a change, `flag` lets the review block, `refuse` fails the run.
    let words: [String: Finding.Severity] = ["allow": .note, "flag": .block, "refuse": .refuse]
    let rule = "must be allow, flag or refuse"
    protectedPaths = try node.value("protected", rule) { words[$0] } ?? protectedPaths
    outOfScope = try node.value("out-of-scope", rule) { words[$0] } ?? outOfScope
  }
}

extension HookRules {
  /// Reads `hooks: {mode: queue, branches: [main], statuses: [ready], types: [fix], delay: 1m}`, or just the mode.
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
    let names = try node.strings("types")
    types = names.compactMap { TaskType(rawValue: $0.lowercased()) }
    if types.count < names.count {
      throw (node["types"] ?? node).mismatch(
        "types", "must be of \(TaskType.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    delayInSeconds = try node.seconds("delay") ?? delayInSeconds
  }

  private static func mode(_ node: YAMLNode) throws(PairError) -> Mode {
    if let mode = Mode(rawValue: try node.requireText("the mode of the hooks")) { return mode }
    throw node.mismatch("the mode of the hooks", "must be route, queue or run")
  }
}

extension RoutingSettings {
  /// Reads `routing:`, such as
  ///
  ///     weights: {strength: 40, cost: 20, context: 20, availability: 10, preference: 10}
  ///     complexity: {low: 30, medium: 60}
  init(reading node: YAMLNode) throws(PairError) {
    self = .standard
    try node.requireKeys(["weights", "complexity"], of: "routing")
    if let weights = node["weights"] { try read(weights: weights) }
    if let limits = node["complexity"] { try read(limits: limits) }
  }

  private mutating func read(weights node: YAMLNode) throws(PairError) {
    let keys: [(String, WritableKeyPath<ScoreWeights, Double>)] = [
      ("strength", \.strength), ("cost", \.cost), ("context", \.context), ("availability", \.availability),
      ("preference", \.preference),
    ]
    try node.requireKeys(keys.map(\.0), of: "weights")
    for (key, path) in keys {
      if let weight = try node.amount(key, upTo: 1_000_000) { weights[keyPath: path] = weight }
    }
    if weights.sum <= 0 { throw PairError(.invalidInput, "the weights are all 0", at: node.location) }
  }

  private mutating func read(limits node: YAMLNode) throws(PairError) {
    try node.requireKeys(["low", "medium"], of: "complexity")
    lowComplexity = try node.int("low") ?? lowComplexity
    mediumComplexity = try node.int("medium") ?? mediumComplexity
    guard 0 <= lowComplexity, lowComplexity <= mediumComplexity, mediumComplexity <= 100 else {
      throw PairError(
        .invalidInput,
        "the limits of complexity must be 0 ≤ low ≤ medium ≤ 100, not low \(lowComplexity) and medium \(mediumComplexity)",
        at: node.location,
        hint: "Each is the highest number that still counts as that: {low: 30, medium: 60}.")
    }
  }
}

extension RunLimits {
  /// Reads `limits:`, such as `{attempts: 4, retries: 2, runs: 5, time: 3h, stall: 30m, output: 256m, turns:
  /// 9}`.
  ///
  /// - Parameter timeoutInSeconds: of one agent; all of a task's have twice that, unless `time` says else.
  init(reading node: YAMLNode?, timeoutInSeconds: Int) throws(PairError) {
    self = .standard
    timeInSeconds = 2 * timeoutInSeconds
    guard let node else { return }
    try node.requireKeys(["attempts", "retries", "runs", "time", "stall", "output", "turns"], of: "limits")
    attempts = try node.int("attempts", in: 1...20) ?? attempts
    retries = try node.int("retries", in: 0...10) ?? retries
    runs = try node.int("runs", in: 1...1000) ?? runs
    timeInSeconds = try node.seconds("time") ?? timeInSeconds
    stallInSeconds = try node.seconds("stall")
    outputInBytes = try node.bytes("output") ?? outputInBytes
    turns = try node.int("turns", in: 1...10_000) ?? turns
  }
}

extension YAMLNode {
  /// An amount of data in mebibytes (`256m`) or gibibytes (`1g`), up to 64 GiB.
  fileprivate func bytes(_ key: String) throws(PairError) -> Int? {
    let shifts: [Character: Int] = ["m": 20, "g": 30]
    return try value(
      key, "must be an amount of data up to 64g", hint: "Write mebibytes (256m) or gibibytes (1g)."
    ) { text in
      let text = text.lowercased()
      guard let shift = text.last.flatMap({ shifts[$0] }), text.dropLast().allSatisfy(\.isASCIIDigit),
        let number = Int(text.dropLast()), (1...65536).contains(number), number << shift <= 64 << 30
      else { return nil }
      return number << shift
    }
  }
}

extension PriceList {
  /// Reads `prices: {default: {input: 3, cached: 0.3, output: 15}, gpt-5: {…}}` of an agent: US dollars per million
  /// tokens. Each needs `input` and `output`.
  init(reading node: YAMLNode) throws(PairError) {
    var models: [String: TokenPrice] = [:]
    for pair in try node.requireMapping("prices") where pair.key != "default" {
      models[pair.key] = try TokenPrice(reading: pair.value, of: pair.key)
    }
    var standard: TokenPrice?
    if let stated = node["default"] { standard = try TokenPrice(reading: stated, of: "default") }
    self.init(models: models, standard: standard)
  }
}

extension TokenPrice {
  fileprivate init(reading node: YAMLNode, of model: String) throws(PairError) {
    let shown = model.escapedForTerminal(limit: 60)
    try node.requireKeys(["input", "cached", "output"], of: "the price of \(shown)")
    func price(_ key: String) throws(PairError) -> Double? {
      try node.amount(key, upTo: 1_000_000, "US dollars per million tokens")
    }
    guard let input = try price("input"), let output = try price("output") else {
      throw PairError(
        .invalidInput, "the price of \(shown) has no 'input' or no 'output'", at: node.location,
        hint: "A price looks like '{input: 3, cached: 0.3, output: 15}': US dollars per million tokens.")
    }
    // Without a price of their own, cached tokens cost what others do: too much rather than too little.
    self.init(input: input, cachedInput: try price("cached") ?? input, output: output)
  }
}

extension WorktreeSettings {
  /// Larger pools would be a slip of the keyboard: each worktree is a checkout on disk.
  private static let largestPool = 64

  init(reading node: YAMLNode) throws(PairError) {
    try node.requireKeys(["pool", "keep_ignored", "setup"], of: "worktrees")
    let limit = WorktreeSettings.largestPool
    self.init(
      poolLimit: try node.int("pool", in: 0...limit, "must be a number from 0 to \(limit)")
        ?? WorktreeSettings().poolLimit,
      keepsIgnored: try node.bool("keep_ignored") ?? false,
      setup: try ConfigFile.commands("setup", called: "set-up command", in: node))
  }
}

import PairCore

extension RunLimits {
  /// Reads `limits:`, such as `{attempts: 4, retries: 2, runs: 5, time: 3h, stall: 30m, output: 256m, turns: 100}`.
  ///
  /// What is left out keeps its usual value; that of `time` is twice `timeoutInSeconds`.
  ///
  /// - Parameter node: nil where the file has no such key.
  /// - Throws: `PairError` of kind `invalidInput` at an unknown key, or a value that is out of its bounds.
  init(reading node: YAMLNode?, timeoutInSeconds: Int) throws(PairError) {
    self = .standard
    timeInSeconds = 2 * timeoutInSeconds
    guard let node else { return }
    try node.requireKeys(["attempts", "retries", "runs", "time", "stall", "output", "turns"], of: "limits")
    attempts = try node.count("attempts", in: 1...20) ?? attempts
    retries = try node.count("retries", in: 0...10) ?? retries
    runs = try node.count("runs", in: 1...1000) ?? runs
    timeInSeconds = try node.seconds("time") ?? timeInSeconds
    stallInSeconds = try node.seconds("stall")
    outputInBytes = try node.bytes("output") ?? outputInBytes
    turns = try node.count("turns", in: 1...10_000) ?? turns
  }
}

extension YAMLNode {
  fileprivate func count(_ key: String, in range: ClosedRange<Int>) throws(PairError) -> Int? {
    guard let number = try int(key) else { return nil }
    guard range.contains(number) else {
      throw (self[key] ?? self).mismatch(key, "must be from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// An amount of data in mebibytes (`256m`) or gibibytes (`1g`), up to 64 GiB.
  fileprivate func bytes(_ key: String) throws(PairError) -> Int? {
    guard let node = self[key] else { return nil }
    let text = try node.requireText(key).lowercased()
    let shifts: [Character: Int] = ["m": 20, "g": 30]
    guard let shift = text.last.flatMap({ shifts[$0] }), text.dropLast().allSatisfy(\.isASCIIDigit),
      let number = Int(text.dropLast()), (1...65536).contains(number), number << shift <= 64 << 30
    else {
      throw node.mismatch(
        key, "must be an amount of data up to 64g", hint: "Write mebibytes (256m) or gibibytes (1g).")
    }
    return number << shift
  }
}

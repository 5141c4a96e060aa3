import PairCore

extension PriceList {
  /// Reads `prices: {default: {input: 3, cached: 0.3, output: 15}, gpt-5: {…}}`: US dollars per million tokens.
  ///
  /// - Throws: `PairError` of kind `invalidInput` at a price that is none, an unknown key, or a price without
  ///   `input` or `output`.
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
      guard let amount = try node.double(key) else { return nil }
      guard (0...1_000_000).contains(amount) else {
        throw (node[key] ?? node).mismatch(key, "must be from 0 to 1000000 US dollars per million tokens")
      }
      return amount
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

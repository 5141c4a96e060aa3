import AgentRuns
package import PairCore

/// A recorded decision, made again from its own inputs.
package struct ReplayedDecision: Sendable {
  /// No record of ours is larger.
  package static let limitInBytes = 16 << 20

  package let recorded: RoutingDecision
  package let replayed: RoutingDecision
  /// Where the two records differ, `-` as recorded, `+` as made again; empty when the bytes are equal.
  package let differences: [String]
  private let isDryRun: Bool

  private struct DryRun<Decision: Decodable>: Decodable { let decision: Decision }
  private struct Head: Decodable { let schema: String }

  /// Reads `decision.json` of a task's log, or what a dry run prints as JSON; `name` is for messages. Throws
  /// `invalidInput` when they are no decision, or one of another version.
  package init(_ bytes: [UInt8], from name: String) throws(PairError) {
    let shown = name.escapedForTerminal(limit: 80)
    let schema = try ReplayedDecision.read(Head.self, from: bytes, shown).schema
    isDryRun = schema.hasPrefix("bpsai-pair/dry-run/")
    if !isDryRun, schema != RoutingDecision.schema {
      throw PairError(
        .invalidInput, "\(shown) is of the form '\(schema.escapedForTerminal(limit: 60))'",
        hint: "This version replays '\(RoutingDecision.schema)'; decide anew: bpsai-pair route TASK")
    }
    recorded =
      isDryRun
      ? try ReplayedDecision.read(DryRun<RoutingDecision>.self, from: bytes, shown).decision
      : try ReplayedDecision.read(RoutingDecision.self, from: bytes, shown)
    try ReplayedDecision.requireSane(recorded.inputs)
    replayed = route(recorded.inputs)
    var (old, new) = (bytes, try ReplayedDecision.json(replayed))
    if isDryRun {
      // There the decision stands indented, so values are compared: all of them, known ones or not.
      old = try ReplayedDecision.json(
        ReplayedDecision.read(DryRun<JSONValue>.self, from: bytes, shown).decision)
      new = try ReplayedDecision.json(ReplayedDecision.read(JSONValue.self, from: new, shown))
    }
    differences = ReplayedDecision.differences(old, new)
  }

  private static func read<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], _ shown: String
  ) throws(PairError) -> Value {
    do {
      return try Record.read(type, from: bytes)
    } catch {
      throw PairError(
        .invalidInput, "\(shown) is no recorded decision",
        hint: "Give what 'orchestrate --dry-run --json' prints.")
    }
  }

  private static func json(_ value: some Encodable) throws(PairError) -> [UInt8] {
    do {
      return try Record.json(value)
    } catch {
      throw PairError(.internal, "a decision cannot be written as JSON: \(error)")
    }
  }

  /// What was decided and whether that came out again, for people.
  package var sentence: String {
    let agent = recorded.agent?.text.escapedForTerminal(limit: 60) ?? "nobody"
    let same = isDryRun ? "the same again, value for value" : "the same again, byte for byte"
    return "\(recorded.inputs.task.id) → \(agent) (\(recorded.mode.rawValue)): "
      + (differences.isEmpty ? same : "not the same again")
  }

  /// Numbers that no record of ours holds would only make nonsense, or none at all.
  private static func requireSane(_ inputs: RoutingInputs) throws(PairError) {
    let files = inputs.scope.existing + inputs.scope.mentioned
    let weights = inputs.settings.weights
    let all = [weights.strength, weights.cost, weights.context, weights.availability, weights.preference]
    let isSane =
      files.allSatisfy { $0.sizeInBytes >= 0 } && inputs.task.sizeInBytes >= 0
      && inputs.profiles.allSatisfy { (0...1_000).contains($0.costPer1kTokensInUSD) && $0.contextLimit > 0 }
      && all.allSatisfy { (0...1_000_000).contains($0) } && weights.sum > 0
      && (inputs.maxCostInUSD.map { $0.isFinite && $0 >= 0 } ?? true)
    if isSane { return }
    throw PairError(
      .invalidInput, "the record holds a size, price, limit or weight that no decision can have had")
  }

  private static func differences(_ old: [UInt8], _ new: [UInt8]) -> [String] {
    if old == new { return [] }
    func lines(_ bytes: [UInt8]) -> [String] {
      String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.escapedForTerminal(limit: 160) }
    }
    let found = lines(new).difference(from: lines(old)).map { change in
      switch change {
      case .remove(let offset, let line, _): (offset, 0, "- \(line)")
      case .insert(let offset, let line, _): (offset, 1, "+ \(line)")
      }
    }
    return found.isEmpty ? ["only in bytes that no text shows"] : found.sorted { $0 < $1 }.map(\.2)
  }
}

public import PairCore

/// A recorded decision, made again from its own inputs.
public struct ReplayedDecision: Sendable {
  /// No record of ours is larger.
  public static let limitInBytes = 16 << 20

  public let recorded: RoutingDecision
  public let replayed: RoutingDecision
  /// The lines in which the two records differ, `-` as recorded, `+` as made again; empty when the bytes
  /// are the same.
  public let differences: [String]

  private struct DryRun: Decodable { let decision: RoutingDecision }
  private struct Head: Decodable { let schema: String }

  /// - Parameters:
  ///   - bytes: `decision.json` of a task's log, or what a dry run prints as JSON.
  ///   - name: where they come from, for messages.
  /// - Throws: `PairError` of kind `invalidInput` when they are no decision, or one of another version.
  public init(_ bytes: [UInt8], from name: String) throws(PairError) {
    let shown = name.escapedForTerminal(limit: 80)
    do {
      let schema = try Record.read(Head.self, from: bytes).schema
      let isDryRun = schema.hasPrefix("bpsai-pair/dry-run/")
      if !isDryRun, schema != RoutingDecision.schema {
        throw PairError(
          .invalidInput, "\(shown) is of the form '\(schema.escapedForTerminal(limit: 60))'",
          hint: "This version replays '\(RoutingDecision.schema)'; decide anew: bpsai-pair route TASK")
      }
      recorded =
        isDryRun
        ? try Record.read(DryRun.self, from: bytes).decision
        : try Record.read(RoutingDecision.self, from: bytes)
      replayed = route(recorded.inputs)
      let old = isDryRun ? try Record.json(recorded) : bytes
      differences = ReplayedDecision.differences(old, try Record.json(replayed))
    } catch let error as PairError {
      throw error
    } catch {
      throw PairError(
        .invalidInput, "\(shown) is no recorded decision",
        hint: "Give what 'orchestrate --dry-run --json' prints.")
    }
  }

  /// What was decided, for people.
  public var sentence: String {
    "\(recorded.inputs.task.id) → \(recorded.agent?.text ?? "nobody") (\(recorded.mode.rawValue))"
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

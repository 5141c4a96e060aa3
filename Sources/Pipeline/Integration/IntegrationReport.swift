public import PairCore

/// What `integrate` did, or would do.
public struct IntegrationReport: Hashable, Sendable {
  /// Says which plan it is, for people.
  public let description: String
  /// The plan as a person called it.
  public let name: String
  /// The revision that was asked for to start from; nil for HEAD.
  public let revision: String?
  public let base: ConflictForecast.Side
  public let integration: Integration
  /// Where the plan's branch stood before; nil where there was none.
  public let before: ObjectID?
  /// The tasks that were sent back to agents, in order, and how that ended.
  public let redone: [BatchResult.Item]
  /// The faults of task files that may belong to the plan and were left out.
  public let faults: [PairError]
  /// The remote to push to: `origin`, else the first; nil without one.
  public let remote: String?
  /// Whether nothing was done: it says what would be.
  public let isForecast: Bool
  /// Whether a push has to replace what the branch was before.
  public let isRewritten: Bool
  /// Whether nothing is left to merge, while the plan's branch still holds what was merged before.
  public let isLeftBehind: Bool

  /// Whether nothing changed, or would.
  public var isUnchanged: Bool {
    redone.isEmpty && !integration.isCutShort && (integration.mergedCount == 0 || integration.tip == before)
  }

  public var costInUSD: Double { redone.reduce(0) { $0 + $1.costInUSD } }
}

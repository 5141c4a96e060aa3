package import PairCore

/// What `integrate` did, or would do.
package struct IntegrationReport: Hashable, Sendable {
  /// Says which plan it is, for people.
  package let description: String
  /// The plan as a person called it.
  package let name: String
  /// The revision that was asked for to start from; nil for HEAD.
  package let revision: String?
  package let base: ConflictForecast.Side
  package let integration: Integration
  /// Where the plan's branch stood before; nil where there was none.
  package let before: ObjectID?
  /// The tasks that were sent back to agents, in order, and how that ended.
  package let redone: [BatchResult.Item]
  /// The faults of task files that may belong to the plan and were left out.
  package let faults: [PairError]
  /// The remote to push to: `origin`, else the first; nil without one.
  package let remote: String?
  /// Whether nothing was done: it says what would be.
  package let isForecast: Bool
  /// Whether a push has to replace what the branch was before.
  package let isRewritten: Bool
  /// Whether nothing is left to merge, while the plan's branch still holds what was merged before.
  package let isLeftBehind: Bool

  /// Whether nothing changed, or would.
  package var isUnchanged: Bool {
    redone.isEmpty && !integration.isCutShort && (integration.mergedCount == 0 || integration.tip == before)
  }

  package var costInUSD: Double { redone.reduce(0) { $0 + $1.costInUSD } }
}

package import PairCore

/// How a batch of tasks ended.
package struct BatchResult: Hashable, Sendable {
  package enum End: Hashable, Sendable {
    case committed(BranchName, ObjectID)
    case notNeeded(String)
    case failed(Failure)
    /// The user stopped it; what was there is kept.
    case interrupted
    /// Not started, because nobody should by what it says itself.
    case leftAlone(String)
    /// Not started, because of what it depends on.
    case skipped(String)
    /// Not started, because of what ended the whole batch.
    case notStarted(String)
  }

  /// Why a task failed, and what to do next.
  package struct Failure: Hashable, Sendable {
    package let kind: PairError.Kind
    package let message: String
    package let hint: String?
  }

  package struct Item: Hashable, Sendable {
    package let task: TaskID
    package let end: End
    package private(set) var costInUSD = 0.0
    package private(set) var findings: [Finding] = []
  }

  package internal(set) var items: [Item] = []

  package var succeeded: Bool { failureKind == nil }

  /// The kind that all failures share, `failed` where they differ or tasks were left out; nil for none.
  package var failureKind: PairError.Kind? {
    var kinds: Set<PairError.Kind> = []
    var isLeavingOut = false
    for item in items {
      switch item.end {
      case .committed, .notNeeded, .leftAlone: break
      case .failed(let failure): kinds.insert(failure.kind)
      case .interrupted, .skipped, .notStarted: isLeavingOut = true
      }
    }
    if kinds.isEmpty { return isLeavingOut ? .failed : nil }
    return kinds.count == 1 ? kinds.first : .failed
  }

  package var costInUSD: Double { items.reduce(0) { $0 + $1.costInUSD } }
}

extension BatchResult.Failure {
  init(_ error: PairError) {
    kind = error.kind
    message = error.located
    hint = error.hint
  }

  /// Of an error that is none of the task's, such as one of git's.
  init(unexpected error: any Error) {
    let known = error as? PairError
    kind = known?.kind ?? .internal
    message = error.words
    hint = known?.hint
  }

  init(_ failure: PairCore.Failure) {
    // A limit passes by itself; every other failure of a run is one.
    kind = failure.kind == .rateLimited ? .tryLater : .failed
    message = "\(failure.kind.rawValue): \(failure.detail)"
    hint = nil
  }
}

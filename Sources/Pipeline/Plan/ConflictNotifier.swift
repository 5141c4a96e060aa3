import PairCore

/// The results of a batch whose conflicts are still to be told, one lot after the other.
struct ConflictNotifier {
  private var waiting: [TaskID] = []
  private(set) var isBeingTold = false
  /// Two results of one lot may find each other, and so may a later one.
  private(set) var known: Set<ConflictForecast> = []

  mutating func add(_ task: TaskID) { waiting.append(task) }

  /// The results to tell of now; empty where there are none, or the last lot is still being told.
  mutating func next() -> [TaskID] {
    if isBeingTold { return [] }
    defer { waiting = [] }
    isBeingTold = !waiting.isEmpty
    return waiting
  }

  mutating func told(_ conflicts: [ConflictForecast]) {
    known.formUnion(conflicts)
    isBeingTold = false
  }
}

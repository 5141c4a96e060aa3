/// What becomes of two tasks of a plan that declare the same files and do not depend on each other.
package enum ConflictPolicy: String, Hashable, Sendable, Encodable, CaseIterable {
  /// The later one waits for the other, and builds on its result.
  case serialise
  /// They may run side by side; it is told.
  case warn
}

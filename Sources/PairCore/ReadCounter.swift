/// Hears of each reading that is to happen once (a walk of a log, the parsing of a file), for tests to count.
package struct ReadCounter: Sendable {
  private let willRead: (@Sendable (String) -> Void)?

  /// - Parameter willRead: called before each reading with what is read: `log walk T-1`, `parse PATH@COMMIT`.
  package init(_ willRead: (@Sendable (String) -> Void)? = nil) { self.willRead = willRead }

  package static let none = ReadCounter()

  package func count(_ what: @autoclosure () -> String) {
    if let willRead { willRead(what()) }
  }
}

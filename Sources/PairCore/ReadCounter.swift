/// Hears of each reading that is to happen once, such as a walk of a log or the parsing of a file, so that a test
/// can count them. Otherwise nothing is called and no text is made.
package struct ReadCounter: Sendable {
  private let willRead: (@Sendable (String) -> Void)?

  /// - Parameter willRead: called before each reading with what is read: `log walk T-1`, `parse PATH@COMMIT`.
  package init(_ willRead: @escaping @Sendable (String) -> Void) { self.willRead = willRead }

  private init() { willRead = nil }

  package static let none = ReadCounter()

  /// Announces that `what` is read.
  package func count(_ what: @autoclosure () -> String) {
    if let willRead { willRead(what()) }
  }
}

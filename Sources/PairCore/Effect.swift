/// The name of one step that changes something outside this process.
package struct Effect: Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case logAppend, refUpdate, objectWrite, gitCommand, spawn, processKill, fileWrite, fileRemove
  }

  package let kind: Kind
  /// What it is done to: a ref, a path, a command.
  package let subject: String

  package var description: String { "\(kind.rawValue) \(subject)" }
}

/// The one door that every effect passes, right before the change itself: for logging and fault injection.
package struct EffectDoor: Sendable {
  private let willPerform: @Sendable (Effect) throws -> Void

  /// - Parameter willPerform: called before each step; what it throws stops that step.
  package init(_ willPerform: @escaping @Sendable (Effect) throws -> Void) { self.willPerform = willPerform }

  /// Lets every step through and tells nobody.
  package static let open = EffectDoor { _ in }

  /// Announces `effect`. Call it right before the change that it names.
  package func pass(_ kind: Effect.Kind, _ subject: @autoclosure () -> String) throws {
    try willPerform(Effect(kind: kind, subject: subject()))
  }
}

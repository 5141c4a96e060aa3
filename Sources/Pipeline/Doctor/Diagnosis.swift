import Git
import PairCore

/// One thing that `doctor` looked at.
package struct Diagnosis: Hashable, Sendable, Encodable {
  private enum CodingKeys: String, CodingKey {
    case topic, level, finding, remedy
    case isUnsupported = "unsupported"
  }

  package enum Level: String, Hashable, Sendable, Encodable {
    case ok
    /// Works, but needs care.
    case note
    case problem
  }

  /// What was looked at, in a word or two.
  package let topic: String
  package let level: Level
  package let finding: String
  /// What to do about it; nil where there is nothing to do.
  package let remedy: String?
  /// Whether this program cannot work here at all.
  package let isUnsupported: Bool

  init(_ topic: String, _ level: Level, _ finding: String, remedy: String? = nil, isUnsupported: Bool = false)
  {
    self.topic = topic
    self.level = level
    self.finding = finding
    self.remedy = remedy
    self.isUnsupported = isUnsupported
  }

  init(_ topic: String, _ error: any Error) {
    let known = error as? PairError
    self.init(
      topic, .problem, known?.located ?? error.words,
      remedy: known?.hint ?? (error as? GitError)?.hint,
      isUnsupported: known?.kind == .unsupported)
  }

}

extension [Diagnosis] {
  /// Adds what `look` finds, `ok` where it finds nothing, or what it fails with.
  mutating func look(at topic: String, elseOK ok: String? = nil, _ look: (inout [Diagnosis]) throws -> Void) {
    var found: [Diagnosis] = []
    do {
      try look(&found)
      if found.isEmpty, let ok { found.ok(topic, ok) }
      self += found
    } catch {
      append(Diagnosis(topic, error))
    }
  }

  mutating func ok(_ topic: String, _ finding: String) { append(Diagnosis(topic, .ok, finding)) }

  mutating func note(_ topic: String, _ finding: String, remedy: String? = nil) {
    append(Diagnosis(topic, .note, finding, remedy: remedy))
  }

  mutating func problem(_ topic: String, _ finding: String, remedy: String? = nil) {
    append(Diagnosis(topic, .problem, finding, remedy: remedy))
  }
}

/// The id of a task, such as `TASK-025`. It names a ref (`refs/paircoder/tasks/<ID>`) and a branch, so it must be a
/// valid ref component; ids are unique ignoring case, because a ref may be a file where case does not count.
package struct TaskID: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let text: String

  /// - Throws: `PairError` of kind `invalidInput` that says which rule the text breaks.
  package init(_ text: String) throws(PairError) {
    if let fault = TaskID.fault(in: text) {
      throw PairError(
        .invalidInput, "'\(text.escapedForTerminal(limit: 60))' is not a task id: \(fault)",
        hint:
          "An id looks like TASK-025: a letter or digit first, then letters, digits, '.', '_', '-'."
      )
    }
    self.text = text
  }

  /// The form under which two ids are the same id.
  package var folded: String { text.lowercased() }

  package var description: String { text }

  package static func < (a: TaskID, b: TaskID) -> Bool { a.text.orderedNaturally(before: b.text) }

  /// The rule that `text` breaks: those of git-check-ref-format(1) and narrower; nil when it is a valid id.
  private static func fault(in text: String) -> String? {
    guard let first = text.utf8.first else { return "it is empty" }
    if text.utf8.count > 100 { return "it is longer than 100 characters" }
    if !first.isASCIILetterOrDigit { return "it must begin with a letter or a digit" }
    // Nearly all ids; every event of every log holds one.
    if text.utf8.allSatisfy({ $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }) { return nil }
    if let bad = text.unicodeScalars.first(where: { !isAllowed($0) }) {
      return "it holds '\(String(bad).escapedForTerminal(limit: 12))'"
    }
    if text.contains("..") { return "it holds '..'" }
    if text.hasSuffix(".") { return "it ends in '.'" }
    if text.lowercased().hasSuffix(".lock") {
      return "it ends in '.lock', which git keeps for itself"
    }
    return nil
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.isASCII else { return false }
    return UInt8(scalar.value).isASCIILetterOrDigit || "._-".unicodeScalars.contains(scalar)
  }
}

extension TaskID: RawRepresentable, Codable {
  package init?(rawValue: String) {
    guard TaskID.fault(in: rawValue) == nil else { return nil }
    self.text = rawValue
  }

  package var rawValue: String { text }
}

/// A result that an agent is asked to review.
package struct ReviewSubject: Hashable, Sendable {
  package let base: ObjectID
  package let commit: ObjectID
  package let paths: [String]
  /// The JSON Schema of the answer, on one line.
  package let answerSchema: String

  package init(base: ObjectID, commit: ObjectID, paths: [String], answerSchema: String) {
    self.base = base
    self.commit = commit
    self.paths = paths
    self.answerSchema = answerSchema
  }

  /// More paths are for `git diff` to tell.
  static let longestList = 300

  /// What is under review, for a prompt.
  var lines: [String] {
    let more = paths.count - ReviewSubject.longestList
    return ["`git diff \(base) \(commit)`, in these files:"]
      + paths.prefix(ReviewSubject.longestList).map { "- \(Fence.oneLine($0))" }
      + (more > 0 ? ["- … and \(more) more"] : [])
  }

  /// What holds for the answer.
  var rules: [String] {
    [
      "The verdict is 'blocks' where the change must not be merged as it is. Each reason for that is a finding "
        + "of the severity 'block'; all else is a 'note'. Name paths from the top of the repository and lines "
        + "as they are in your working directory; both are null for the change as a whole.",
      "Your final message is one JSON object and nothing else, by this JSON Schema: \(answerSchema)",
    ]
  }
}

/// One entry of a plan's log: what its branch came to hold.
package struct PlanEvent: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A result was merged, and the checks passed on what came of it.
    case merged
    /// A result was merged, and a check did not pass on what came of it: nothing else refers to that commit.
    case refused
    /// The plan's branch stands at all that was merged.
    case published
  }

  package let kind: Kind
  package let plan: PlanID
  /// The merge commit, or the branch's tip.
  package let commit: ObjectID
  /// Whose result was merged; nil for the branch.
  package let task: TaskID?
  /// What tells those checks from others, by name and text; nil for the branch.
  package let checks: ObjectID?
  /// The check that did not pass, and the first line that tells how; nil where all did.
  package let failed: Failed?

  package struct Failed: Hashable, Sendable {
    package let check: String
    package let detail: String

    package init(check: String, detail: String) {
      self.check = check.onOneLine
      self.detail = detail.onOneLine
    }
  }

  package init(
    _ kind: Kind, _ plan: PlanID, commit: ObjectID, task: TaskID? = nil, checks: ObjectID? = nil,
    failed: Failed? = nil
  ) {
    self.kind = kind
    self.plan = plan
    self.commit = commit
    self.task = task
    self.checks = checks
    self.failed = failed
  }

  /// The message of the commit that stores the event: a sentence for people, then trailers for programs.
  package var message: String {
    var trailers = Trailers()
    trailers.add("PairCoder-Plan", plan.text)
    trailers.add("PairCoder-Event", kind.rawValue)
    trailers.add("PairCoder-Task", task?.text)
    trailers.add("PairCoder-Commit", commit.hex)
    trailers.add("PairCoder-Checks", checks?.hex)
    trailers.add("PairCoder-Check", failed?.check)
    trailers.add("PairCoder-Detail", failed?.detail)
    let subject =
      kind == .published
      ? "\(BranchName.plan(plan)) stands at \(commit.short)"
      : "\(kind.rawValue) \(task?.text ?? "a result") (\(commit.short))"
    return "\(plan): \(subject)\n\n\(trailers.text)\n"
  }

  /// Reads an event back; nil when the message is none of `plan`'s.
  package init?(message: String, plan: PlanID) {
    let trailers = Trailers(readFrom: message)
    guard trailers["PairCoder-Plan"] == plan.text,
      let kind = trailers["PairCoder-Event"].flatMap(Kind.init(rawValue:)),
      let commit = trailers["PairCoder-Commit"].flatMap({ ObjectID($0) })
    else { return nil }
    self.init(
      kind, plan, commit: commit, task: trailers["PairCoder-Task"].flatMap { TaskID(rawValue: $0) },
      checks: trailers["PairCoder-Checks"].flatMap { ObjectID($0) },
      failed: trailers["PairCoder-Check"].map {
        Failed(check: $0, detail: trailers["PairCoder-Detail"] ?? "")
      })
  }
}

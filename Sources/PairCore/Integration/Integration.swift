/// What came of merging a plan's results into its branch, one after the other.
package struct Integration: Hashable, Sendable {
  /// What became of one task of the plan.
  package struct Part: Hashable, Sendable {
    package let task: TaskID
    /// Nil where the task has none.
    package let result: ObjectID?
    package let mergeStatus: MergeStatus
    /// Whether the steps of a workflow make its result: one agent would leave out what the others made.
    package let isByWorkflow: Bool
    /// Whether it may be sent back once more: one text goes back only so often.
    package let mayReturn: Bool

    package init(
      _ task: TaskID, result: ObjectID?, _ mergeStatus: MergeStatus, isByWorkflow: Bool = false,
      mayReturn: Bool = true
    ) {
      self.task = task
      self.result = result
      self.mergeStatus = mergeStatus
      self.isByWorkflow = isByWorkflow
      self.mayReturn = mayReturn
    }

    /// Why the result is not on the branch; nil where it is, or where there is none.
    package var reason: Reason? {
      if case .takenOut(let reason) = mergeStatus { reason } else { nil }
    }

    /// Who makes the result again; nil where an integration has nobody do so.
    package var remedy: Remedy? {
      switch mergeStatus {
      case .begun: .restOfWorkflow
      case .takenOut(let reason) where reason.isForAnAgent && mayReturn: isByWorkflow ? .workflow : .agent
      case .merged, .contained, .done, .missing, .unfinished, .blocked, .notTried, .takenOut: nil
      }
    }

    /// Whether all steps of its workflow, or its branch set right by hand, would help.
    package var isForItsWorkflow: Bool { reason?.isForAnAgent == true && isByWorkflow }
  }

  /// Who makes a result again that is not on the plan's branch, and starts from there.
  package enum Remedy: String, Hashable, Sendable, Encodable {
    case agent
    /// The agents of its workflow, all steps once more.
    case workflow
    /// They have begun to, and were interrupted: the steps that are still to come.
    case restOfWorkflow = "rest-of-workflow"
  }

  package enum MergeStatus: Hashable, Sendable {
    /// By this merge commit.
    case merged(ObjectID)
    /// The base, or a result that was merged before it, holds it.
    case contained
    /// The base or, where there is no result, the task's file says so: it was merged in another way.
    case done
    case missing
    /// Its workflow has not come to its end, and how far it is.
    case unfinished(String)
    /// A review in its workflow still blocks it, and nobody is left to take up what that found.
    case blocked(String)
    /// Its workflow was making it again when it was interrupted, and how far it is.
    case begun(String)
    /// The user wanted an end before its turn came.
    case notTried
    case takenOut(Reason)
  }

  package enum Reason: Hashable, Sendable {
    /// - with: the tasks whose results are in the way; empty where only the base is, or all of them together.
    /// - base: what results are merged into, where that itself is in the way.
    case conflict(paths: [String], with: [TaskID], base: ConflictForecast.Side? = nil)
    case checkFailed(CheckResult)
    /// It holds a result that was taken out itself.
    case buildsOn(TaskID)
    /// It holds an earlier result of that task, which has been replaced or discarded.
    case outdated(TaskID)
    /// Git does not merge it, and why.
    case impossible(String)
  }

  package let plan: PlanID
  package let base: ObjectID
  /// In the order in which they were merged.
  package let parts: [Part]
  /// All that was merged, on top of the base.
  package let tip: ObjectID

  package init(plan: PlanID, base: ObjectID, parts: [Part], tip: ObjectID) {
    self.plan = plan
    self.base = base
    self.parts = parts
    self.tip = tip
  }

  package var branch: BranchName { .plan(plan) }

  package var mergedCount: Int { parts.count { if case .merged = $0.mergeStatus { true } else { false } } }

  /// Whether every task of the plan is integrated.
  package var isComplete: Bool { !isLeavingOut && missing.isEmpty }

  /// Whether a result that there is, or that was begun, is not integrated.
  package var isLeavingOut: Bool {
    parts.contains { part in
      switch part.mergeStatus {
      case .merged, .contained, .done, .missing: false
      case .unfinished, .blocked, .begun, .notTried, .takenOut: true
      }
    }
  }

  package var missing: [TaskID] { parts.filter { $0.mergeStatus == .missing }.map(\.task) }

  /// Whether the user wanted an end before all results had their turn.
  package var isCutShort: Bool { parts.contains { $0.mergeStatus == .notTried } }
}

extension Integration.Reason {
  /// Whether an agent that starts from the plan's branch can do something about it.
  package var isForAnAgent: Bool {
    switch self {
    case .conflict, .checkFailed, .outdated: true
    case .buildsOn, .impossible: false
    }
  }

  /// What is the matter, after the task's name: `conflicts with TASK-2 in src/a.txt`.
  package var words: String {
    switch self {
    case .conflict(let paths, let tasks, let base):
      let sides = tasks.map(\.text) + (base.map { [$0.title] } ?? [])
      let what = sides.isEmpty ? "the results before it together" : sides.joined(separator: ", ")
      return "conflicts with \(what)\(ConflictForecast.place(paths))"
    case .checkFailed(let check):
      let how = check.detail.linesByAnyEnd.first.map { String($0) } ?? "failed"
      return
        "does not pass '\(check.name.escapedForTerminal(limit: 60))' once merged, which \(how.escapedForTerminal())"
    case .buildsOn(let task): return "builds on \(task), which is left out"
    case .outdated(let task): return "builds on an earlier result of \(task)"
    case .impossible(let reason): return "cannot be merged: \(reason.escapedForTerminal(limit: 200))"
    }
  }
}

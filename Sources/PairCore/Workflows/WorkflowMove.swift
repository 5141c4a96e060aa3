/// What follows in a pass of a workflow.
package enum WorkflowMove: Hashable, Sendable {
  /// This step is carried out; again, where it failed before.
  case run(WorkflowStep, round: Int)
  /// Every step has had its turn.
  case finish
  /// This review still blocks, and nobody is left to take up what it found.
  case findingsLeft(WorkflowStep)
}

extension Workflow {
  /// What follows after `progress`. It depends on nothing else, so whoever goes on after a crash does the same.
  package func move(after progress: WorkflowProgress) -> WorkflowMove {
    var walk = Walk(workflow: self, ends: progress.ends)
    while true {
      if let move = walk.next() { return move }
    }
  }

  /// Whether only an interruption kept the pass from its end: no step has failed, and no review is left blocking.
  package func isInterrupted(after progress: WorkflowProgress) -> Bool {
    switch move(after: progress) {
    case .finish: true
    case .findingsLeft: false
    case .run(let step, let round): !progress.ends.contains { $0.step == step.id && $0.round == round }
    }
  }

  /// Goes through the steps in the order in which they are carried out, as far as they have ended.
  private struct Walk {
    let workflow: Workflow
    let ends: [WorkflowProgress.StepEnd]
    var index = 0
    /// The round that each step is in; the first for those that are not in it.
    var rounds: [String: Int] = [:]
    /// How the steps ended that have had their turn; nil for those that were passed over.
    var known: [String: WorkflowProgress.StepEnd?] = [:]

    /// The move; nil after a step to go further from.
    mutating func next() -> WorkflowMove? {
      guard workflow.steps.indices.contains(index) else { return .finish }
      let step = workflow.steps[index]
      let round = rounds[step.id] ?? 1
      if round == 1, !isWanted(step) {
        known[step.id] = .some(nil)
        index += 1
        return nil
      }
      guard let end = end(of: step, round) else { return .run(step, round: round) }
      known[step.id] = end
      if end.isFailed, step.onFailure != .goOn { return .run(step, round: round) }
      guard step.isReview, end.blocks else {
        index += 1
        return nil
      }
      return sendBack(from: step, round)
    }

    private mutating func sendBack(from review: WorkflowStep, _ round: Int) -> WorkflowMove? {
      guard round < workflow.rounds(of: review), let target = workflow.reviewed(by: review) else {
        if !workflow.takesUpFindings(of: review) { return .findingsLeft(review) }
        index += 1
        return nil
      }
      let again = (rounds[target.id] ?? 1) + 1
      rounds[target.id] = again
      rounds[review.id] = round + 1
      guard let end = end(of: target, again) else { return .run(target, round: again) }
      known[target.id] = end
      return end.isFailed && target.onFailure != .goOn ? .run(target, round: again) : nil
    }

    private func end(of step: WorkflowStep, _ round: Int) -> WorkflowProgress.StepEnd? {
      ends.last { $0.step == step.id && $0.round == round }
    }

    private func isWanted(_ step: WorkflowStep) -> Bool {
      let needed = workflow.prerequisites(of: step).map { known[$0.id] ?? nil }
      return switch step.when {
      case .always: true
      case .succeeded: needed.allSatisfy { $0?.isFailed == false }
      case .failed: needed.contains { $0?.isFailed == true }
      case .findings: needed.contains { $0?.blocks == true }
      }
    }
  }
}

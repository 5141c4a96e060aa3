/// Steps that carry out one task in order, each by an agent that it names, all on one branch.
package struct Workflow: Hashable, Sendable, Codable {
  /// The file's name without its ending: the id of what a workflow without a task carries out.
  package let name: String
  package let source: TaskSource
  /// At least one. What a step needs stands before it.
  package let steps: [WorkflowStep]

  package init(name: String, source: TaskSource, steps: [WorkflowStep]) {
    self.name = name
    self.source = source
    self.steps = steps
  }

  package func step(_ id: String) -> WorkflowStep? { steps.first { $0.id == id } }

  /// Where `step` stands, from one.
  package func number(of step: WorkflowStep) -> Int { (steps.firstIndex { $0.id == step.id } ?? 0) + 1 }

  /// The step whose work `review` reads, and which its findings are sent back to: the last that writes of those
  /// that it needs, else of those before it. Where none of them writes, the last that is no review itself.
  package func reviewed(by review: WorkflowStep) -> WorkflowStep? {
    let before = steps.prefix { $0.id != review.id }
    let named = before.filter { review.needs.contains($0.id) }
    return [named, Array(before)].lazy.compactMap { steps in
      steps.last(where: \.mode.writes) ?? steps.last { !$0.isReview }
    }.first
  }

  /// How often `review` is made at most: as stated, else twice, or once where a later step takes up its findings.
  package func rounds(of review: WorkflowStep) -> Int {
    review.maxRounds ?? (takesUpFindings(of: review) ? 1 : 2)
  }

  /// Whether a later step takes up what `review` finds, so that the workflow goes on with its findings.
  func takesUpFindings(of review: WorkflowStep) -> Bool {
    steps.drop { $0.id != review.id }.dropFirst().contains { step in
      step.when == .findings && prerequisites(of: step).contains { $0.id == review.id }
    }
  }

  /// What its steps make, as a task declares what it touches.
  var outputGlobs: [String] { steps.compactMap(\.output).map { $0.hasSuffix("/") ? $0 + "**" : $0 } }

  /// What `step` needs: the steps that it names, else the one before it.
  func prerequisites(of step: WorkflowStep) -> [WorkflowStep] {
    let before = steps.prefix { $0.id != step.id }
    return step.needs.isEmpty ? Array(before.suffix(1)) : before.filter { step.needs.contains($0.id) }
  }
}

/// One step of a workflow.
package struct WorkflowStep: Hashable, Sendable, Codable {
  /// When a step is carried out, once its turn has come.
  package enum Condition: String, Hashable, Sendable, Codable, CaseIterable {
    /// However the steps that it needs ended.
    case always
    /// When each of the steps that it needs has a result.
    case succeeded
    /// When one of the steps that it needs failed.
    case failed
    /// When a review that it needs found what blocks.
    case findings
  }

  /// What follows when a step's agent fails, or cannot be started.
  package enum FailureAnswer: String, Hashable, Sendable, Codable, CaseIterable {
    /// The workflow ends; the same command goes on with that step.
    case stop
    /// The next step begins from what there was before.
    case goOn = "continue"
    /// The next agent in the ranking takes the step.
    case handoff
  }

  /// The one that it states, else its number in the file, from one.
  package let id: String
  /// An agent's name or alias, as written.
  package let agent: String
  package let mode: RunMode
  /// Whether what it answers is read as findings.
  package let isReview: Bool
  package let task: String
  /// A path from the top of the repository that must be there after it; a folder ends in `/`. Nil for none.
  package let output: String?
  /// Ids of earlier steps; empty where it states none, and then it needs the one before it.
  package let needs: [String]
  package let when: Condition
  package let onFailure: FailureAnswer
  /// How often a review is made at most, as stated; nil where nothing is, and for every other step.
  package let maxRounds: Int?
  /// Where `agent` stands in the workflow's file.
  package let line: Int?

  package init(
    id: String, agent: String, mode: RunMode, isReview: Bool = false, task: String, output: String? = nil,
    needs: [String] = [], when: Condition = .always, onFailure: FailureAnswer = .stop, maxRounds: Int? = nil,
    line: Int? = nil
  ) {
    self.id = id
    self.agent = agent
    self.mode = mode
    self.isReview = isReview
    self.task = task
    self.output = output
    self.needs = needs
    self.when = when
    self.onFailure = onFailure
    self.maxRounds = maxRounds
    self.line = line
  }

  package var outputIsFolder: Bool { output?.hasSuffix("/") == true }

  package var title: String { String(task.trimmed.split(whereSeparator: \.isNewline).first ?? "") }

  /// Where its final message is put where it only reads: its output, else a file of ours in `folder`.
  package func resultPath(of task: TaskID, in folder: String) -> String {
    output ?? "\(folder)/\(task)-\(id).md"
  }

  /// The word of its mode in a workflow's file.
  package var modeWord: String { isReview ? "review" : mode.rawValue }
}

/// Which step of which pass of a workflow a run carries out.
package struct StepMark: Hashable, Sendable, Codable {
  /// Blob id of the workflow's text.
  package let workflow: ObjectID
  /// The first run of the pass: what tells two passes of one text apart.
  package let pass: RunID
  package let step: String
  /// Counts the times that the step is carried out because of findings, from one.
  package let round: Int

  package init(workflow: ObjectID, pass: RunID, step: String, round: Int) {
    self.workflow = workflow
    self.pass = pass
    self.step = step
    self.round = round
  }
}

/// What a review says of a change as a whole.
package enum ReviewVerdict: String, Hashable, Sendable, Codable {
  case passes, blocks

  package init(of findings: [Finding]) {
    self = findings.contains { $0.severity != .note } ? .blocks : .passes
  }
}

extension ChangePolicy {
  /// The policy for what all steps of `workflow` made together of `task`.
  /// - Parameter folder: where results are put that name no place of their own.
  package init(
    for task: AgentTask, carriedOutBy workflow: Workflow, resultsIn folder: String, rules: ChangeRules,
    credentials: Redaction
  ) {
    let results = workflow.steps.filter { !$0.mode.writes && $0.output == nil }.map {
      $0.resultPath(of: task.id, in: folder)
    }
    let declared = task.declaredFiles
    self.init(
      scope: declared.isEmpty ? [] : declared + workflow.outputGlobs,
      ownPaths: Set([task.source.path] + results),
      rules: rules, credentials: credentials)
  }
}

/// The text that an agent starts from.
package struct Prompt: Hashable, Sendable {
  package let text: String
  /// What was left out so that it fits the agent, one sentence each.
  package let omissions: [String]

  package init(text: String, omissions: [String] = []) {
    self.text = text
    self.omissions = omissions
  }

  /// About as many tokens as the text has.
  var tokens: Int { text.utf8.count / TokenEstimate.bytesPerToken }
}

/// What a prompt is made of.
package struct PromptMaterial: Hashable, Sendable {
  package let template: PromptTemplate
  package let task: AgentTask
  package let mode: RunMode
  package let checks: [Check]
  package let projectNotes: [ProjectNotes]
  /// The note of the agent that worked on the task before.
  package let handoff: HandoffNote?
  /// The result that is to be reviewed; nil where the task itself is to be carried out.
  package let review: ReviewSubject?

  package init(
    template: PromptTemplate, task: AgentTask, mode: RunMode, checks: [Check] = [],
    projectNotes: [ProjectNotes] = [], handoff: HandoffNote? = nil, review: ReviewSubject? = nil
  ) {
    self.template = template
    self.task = task
    self.mode = mode
    self.checks = checks
    self.projectNotes = projectNotes
    self.handoff = handoff
    self.review = review
  }

  /// The prompt for `agent`, of whose context (in tokens) it takes up to a half: the rest is for the work.
  ///
  /// The project's notes go first where that is too little, then the handoff note's long parts. The task is
  /// always there in full.
  package func prompt(for agent: AgentName, contextLimit: Int?) -> Prompt {
    let note = handoff?.text(for: agent) ?? ""
    let whole = Prompt(text: text(notes: projectNotes, note: note))
    guard let limit = contextLimit.map({ $0 / 2 }), whole.tokens > limit else { return whole }

    var omissions: [String] = []
    let bare = Prompt(text: text(notes: [], note: note))
    if !projectNotes.isEmpty {
      let names = projectNotes.map(\.path).joined(separator: " and ")
      omissions.append("left out of the prompt: \(names) (about \(whole.tokens - bare.tokens) tokens)")
    }
    guard let handoff, bare.tokens > limit else {
      return Prompt(text: bare.text, omissions: omissions + tooLarge(bare, for: agent, limit))
    }
    let room = limit * TokenEstimate.bytesPerToken - text(notes: [], note: "").utf8.count
    let shorter = handoff.text(for: agent, limitInBytes: max(0, room))
    let least = Prompt(text: text(notes: [], note: shorter))
    if shorter != note { omissions.append("left out of the prompt: long parts of the handoff note") }
    return Prompt(text: least.text, omissions: omissions + tooLarge(least, for: agent, limit))
  }

  private func tooLarge(_ prompt: Prompt, for agent: AgentName, _ limit: Int) -> [String] {
    if prompt.tokens <= limit { return [] }
    return ["the prompt takes about \(prompt.tokens) tokens, more than half of what \(agent) can hold"]
  }

  private func text(notes: [ProjectNotes], note: String) -> String {
    template.filled { placeholder in
      switch placeholder {
      case .taskID: task.id.text
      case .taskPath: Fence.oneLine(task.source.path)
      case .title: task.title.trimmed.isEmpty ? task.id.text : Fence.oneLine(task.title)
      case .task: Fence.around(task.text)
      case .rules: bullets(rules)
      case .criteria: bullets(task.acceptanceCriteria.filter { !$0.isTicked }.map(\.text))
      case .checks: mode.writes ? bullets(checks.map { "\($0.name): \($0.run)" }) : ""
      case .notes: notes.map { "\($0.path):\n\(Fence.around($0.text))" }.joined(separator: "\n\n")
      case .handoff: note.isEmpty ? "" : Fence.around(note)
      case .changes: review?.lines.joined(separator: "\n") ?? ""
      }
    }
  }

  /// What holds for every run, whatever the template says around it.
  private var rules: [String] {
    let declared = task.declaredFiles
    let work =
      !mode.writes
      ? [
        "Change no file, commit and push nothing. Your final message is the result: make it complete and "
          + "self-contained."
      ]
      : [
        "Leave your changes as files in the working directory.",
        "Do not commit, push, stash, switch branches or change git configuration: "
          + "what you leave is committed for you.",
        declared.isEmpty
          ? nil
          : "The task declares these files: \(declared.joined(separator: ", ")). "
            + "Changing others is reported to the reviewer, so do it only where the work needs it.",
        "Do not touch CI configuration, hooks, package manifests, dot-directories or .paircoder/, "
          + "unless the task declares them. In \(task.source.path) you may tick what is met.",
      ].compactMap { $0 }
    return work + [
      "Never write credentials into a file or a message.",
      "Nobody can answer questions. Decide, and say in the end what you decided.",
    ] + (review?.rules ?? [])
  }

  private func bullets(_ lines: [String]) -> String {
    lines.map { "- \(Fence.oneLine($0))" }.joined(separator: "\n")
  }
}

/// How words out of the repository stand in a prompt so that they remain words.
enum Fence {
  /// `text` between more backticks than stand together in it, so that it cannot close them (CommonMark 0.31, 4.5).
  static func around(_ text: String) -> String {
    var longest = 0
    var current = 0
    for byte in text.utf8 {
      current = byte == UInt8(ascii: "`") ? current + 1 : 0
      longest = max(longest, current)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    let body = text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
    return "\(fence)markdown\n\(body)\(fence)"
  }

  /// On one line, which cannot add a rule, nor open a fence where it begins a line.
  static func oneLine(_ text: String) -> String {
    let line = text.trimmed.escapedForTerminal(limit: 2_000)
    return line.utf8.first == UInt8(ascii: "`") || line.utf8.first == UInt8(ascii: "~") ? "\\" + line : line
  }
}

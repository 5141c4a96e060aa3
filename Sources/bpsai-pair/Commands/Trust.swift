import ArgumentParser
import PairCore
import Pipeline

struct Trust: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Approve what the repository wants to run and to know.",
    discussion: """
      Recipes, checks, set-up commands and the commands of agents run only after you approved their exact text; a \
      changed text has to be approved again. So do the variables that 'environment' in the configuration asks for. \
      Without an argument this lists them. Approvals lie outside the repository.
      """)

  @Argument(
    help: ArgumentHelp(
      "Tasks whose recipes to approve, 'checks', 'setup', 'environment' or 'agents'.", valueName: "name"))
  var names: [String] = []
  @Option(
    help: ArgumentHelp(
      "Approve all that stand in this commit, say the protected branch in CI.", valueName: "rev"))
  var from: String?

  func run() throws {
    let workspace = try Workspace.ofProcess()
    let approvals = try Approvals(of: workspace)
    let texts = try Approvable.all(at: from, in: workspace)
    if names.isEmpty, from == nil {
      return try list(texts, approvals)
    }
    var chosen: [Approvable] = []
    for name in names {
      let found = texts.filter { $0.owner.lowercased() == name.lowercased() }
      guard !found.isEmpty else {
        throw PairError(
          .usage, "nothing of '\(name.escapedForTerminal(limit: 60))' needs an approval",
          hint: "'bpsai-pair trust' lists what does.")
      }
      chosen += found
    }
    for text in names.isEmpty ? texts : chosen {
      try approvals.add(text.text)
      Terminal.print("approved \(text.title.escapedForTerminal()):")
      Terminal.print(text.shown)
    }
    if names.isEmpty, texts.isEmpty { Terminal.say("Nothing there needs an approval.") }
  }

  private func list(_ texts: [Approvable], _ approvals: Approvals) throws {
    if texts.isEmpty { Terminal.say("Nothing in this repository needs an approval.") }
    for text in texts {
      let state = try approvals.contain(text.text) ? "approved" : "not approved"
      Terminal.print("\(text.title.escapedForTerminal()): \(state)")
      Terminal.print(text.shown)
    }
  }
}

extension Approvable {
  /// The text, indented, with control characters made visible.
  fileprivate var shown: String {
    text.split(separator: "\n").map { "    " + String($0).escapedForTerminal(limit: 2000) }.joined(
      separator: "\n")
  }
}

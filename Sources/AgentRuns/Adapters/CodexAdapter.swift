import Host
import PairCore

/// Codex, by its program `codex`. Flags and settings as of 0.163.0.
struct CodexAdapter: AgentAdapter {
  let name = AgentName.codexCLI
  let programNames = ["codex"]
  let authorName = "Codex"
  let testedVersion: String? = "0.163.0"
  let keyVariables = ["CODEX_API_KEY"]
  let configuration: ConfigurationFolder? = .init(variable: "CODEX_HOME", name: ".codex")
  let bringsBwrap = true
  /// Its sandbox fails without it.
  var foldersOutside: [String] { ["/tmp/codex-daemon-\(Machine.userID)"] }
  let goneSession: String? = "no rollout found for thread id"

  private static let schemaFile = "answer-schema.json"

  func command(for request: AgentRequest) -> AgentCommand {
    // Its sandbox does not start when CODEX_HOME lies under TMPDIR, and a home may lie under /tmp: the run has its own.
    let (environment, folders) = request.settingUp(
      // OPENAI_API_KEY for a provider in the user's config.toml that names it.
      request.inherited(settings: ["CODEX_*", "OPENAI_*"], keys: ["CODEX_API_KEY", "OPENAI_API_KEY"]),
      configuration)
    return AgentCommand(
      for: request, arguments(for: request), environment, folders: folders,
      files: request.answerSchema.map { [.init(path: CodexAdapter.schemaFile, contents: $0)] } ?? [])
  }

  func makeReader(resuming session: AgentSession?) -> any AgentEventReader {
    CodexStreamReader(resuming: session)
  }

  func aftermath(
    of report: AgentReport, resuming session: AgentSession?, environment: [String: String], stderr: [String]
  ) -> [AgentEvent] {
    stderr.compactMap(AgentEvent.init(codexError:))
      + (CodexRollout(of: report, environment: environment)?.events(after: report, resuming: session) ?? [])
  }

  /// The session's file, which it writes as it goes.
  func usageSoFar(
    of report: AgentReport, resuming session: AgentSession?, environment: [String: String]
  ) -> (usage: Usage, model: String?)? {
    CodexRollout(of: report, environment: environment)?.used(resuming: session)
  }

  func failure(exit: AgentExit, report: AgentReport, stderrTail: String) -> Failure? {
    // An error event before the end of a turn that was completed was not the last word.
    if exit == .exited(0), report.saidFinished { return nil }
    return failureOfEventStream(exit: exit, report: report, stderrTail: stderrTail)
  }

  private func arguments(for request: AgentRequest) -> [String] {
    var arguments = ["-a", "never", "exec", "--json"]
    if let model = request.model { arguments += ["-m", model] }
    arguments += flags(for: request).arguments
    arguments += settings(for: request).flatMap { ["-c", $0] }
    arguments += ["-C", request.worktree, "-o", request.runFolder + "/last-message.txt"]
    if request.answerSchema != nil {
      arguments += ["--output-schema", "\(request.runFolder)/\(CodexAdapter.schemaFile)"]
    }
    if let session = request.session { arguments += ["resume", session.id] }
    return arguments + ["-"]
  }

  /// It has no mode between edits and any command, so `auto` is `full-auto`: commands run in its sandbox,
  /// which keeps them in the worktree and off the network.
  func flags(for mode: RunMode) -> ModeFlags {
    switch mode {
    case .plan: ModeFlags(["--sandbox", "read-only"], reportedAs: "read-only")
    case .autoEdit:
      ModeFlags(["--sandbox", "workspace-write", "--disable", "shell_tool"], reportedAs: "workspace-write")
    case .auto, .fullAuto:
      ModeFlags(
        ["--sandbox", "workspace-write"], reportedAs: "workspace-write", remark: "any command, in its sandbox"
      )
    }
  }

  /// Within Landlock its own sandbox does not start; our walls keep it in the worktree, and the network is open.
  func flags(for request: AgentRequest) -> ModeFlags {
    guard request.deniesOwnSandbox else { return flags(for: request.mode) }
    return ModeFlags(
      ["--sandbox", "danger-full-access"] + (request.mode == .autoEdit ? ["--disable", "shell_tool"] : []),
      reportedAs: "danger-full-access")
  }

  /// Settings that go before those in the user's own CODEX_HOME.
  private func settings(for request: AgentRequest) -> [String] {
    [
      // Without it codex trusts the repository, and starts what the repository's .codex/config.toml
      // names. A table, because a key given to -c is split at each of its dots, quoted or not.
      "projects={\(tomlString(request.worktree))={trust_level=\"untrusted\"}}",
      "features.plugins=false",
      // An unreachable server would be tried for ever.
      "features.unbounded_connection_retries=false",
      // Keys stay out of the environment of the commands that the model runs.
      "shell_environment_policy.inherit=\"core\"",
      "sandbox_workspace_write.exclude_slash_tmp=true",
      "sandbox_workspace_write.network_access=false",
      "check_for_update_on_startup=false",
      // The prompt has the text of AGENTS.md, as the base holds it.
      "project_doc_max_bytes=0",
      // It sends metrics to ab.chatgpt.com otherwise, wherever its model is.
      "analytics.enabled=false",
    ]
  }

  /// A TOML basic string (TOML 1.0, String).
  private func tomlString(_ text: String) -> String {
    let quoted = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\0"..."\u{1F}", "\u{7F}":
        "\\u00" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(quoted.joined())\""
  }
}

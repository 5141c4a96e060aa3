import AgentRuns
import Git
import Host
import PairCore
import TaskFiles

/// Looks at a repository for what keeps runs from it. Changes nothing.
final class RepositoryDiagnosis: StatelessRoom {
  func all() -> [Diagnosis] {
    var found = [Diagnosis("repository", .ok, repository.gitDirectory)]
    found += Diagnosis.of("user") {
      let user = try workspace.requireUser()
      return [Diagnosis("user", .ok, "\(user.name) <\(user.email)>".escapedForTerminal())]
    }
    found += Diagnosis.of("configuration") { try diagnoseConfiguration() }
    found += Diagnosis.of("approvals") { try diagnoseApprovals() }
    found += Diagnosis.of("clone") { try diagnoseClone() }
    found += Diagnosis.of("content") { try diagnoseContent() }
    found += Diagnosis.of("remotes") { try diagnoseRemotes() }
    found += Diagnosis.of("hooks") { try diagnoseHooks() }
    found += Diagnosis.of("locks") { try diagnoseLocks() }
    found += Diagnosis.of("worktrees") { try diagnoseWorktrees() }
    found += Diagnosis.of("runs") { try diagnoseRuns() }
    found += Diagnosis.of("budget") { try diagnoseBudget() }
    if !Files.isWritable(repository.commonDirectory) {
      found.append(
        Diagnosis(
          "repository", .problem, "\(repository.commonDirectory) cannot be written",
          remedy: "Runs record what they do there: become its owner, or work in a clone."))
    }
    return found
  }

  private func diagnoseConfiguration() throws -> [Diagnosis] {
    let files = [Workspace.configPath, Workspace.capabilitiesPath]
    let present = try files.filter { try workspace.settings().text(of: $0) != nil }
    _ = try workspace.settings().config
    _ = try workspace.settings().capabilities
    for kind in PromptKind.allCases { _ = try workspace.settings().promptTemplate(kind) }
    return try unreadPrompts() + [
      Diagnosis("configuration", .ok, present.isEmpty ? "the built-in one" : present.joined(separator: ", "))
    ]
  }

  /// Files among the prompts whose name is none of those that are read.
  private func unreadPrompts() throws -> [Diagnosis] {
    let known = PromptKind.allCases.map { "\($0.rawValue).md" }
    let names: [String] =
      if let top = repository.workingDirectory {
        try DirectoryWalk.list(top + "/" + Workspace.promptsPath).map(\.name)
      } else if let head = try repository.head().commit {
        try repository.files(in: repository.tree(of: head), below: Workspace.promptsPath)
          .map { String($0.path.dropFirst(Workspace.promptsPath.utf8.count + 1)) }
      } else {
        []
      }
    return names.filter { !known.contains($0) }.sorted().map { name in
      Diagnosis(
        "prompts", .note,
        "\(Workspace.promptsPath)/\(name.escapedForTerminal(limit: 60)) is read by nobody",
        remedy: "Known names: \(known.joined(separator: ", ")).")
    }
  }

  private func diagnoseApprovals() throws -> [Diagnosis] {
    let approvals = try Approvals(of: workspace)
    let missing = try Approvable.all(at: nil, in: workspace).filter { try !approvals.contain($0.text) }
    if missing.isEmpty { return [Diagnosis("approvals", .ok, "nothing waits for one")] }
    return missing.map { text in
      // Without its checks no run starts; a recipe concerns its own task alone.
      Diagnosis(
        "approvals", ["checks", "setup"].contains(text.owner) ? .problem : .note,
        "\(text.title.escapedForTerminal()) has not been approved",
        remedy: "Read it, then: bpsai-pair trust \(text.owner)")
    }
  }

  private func diagnoseClone() throws -> [Diagnosis] {
    var found: [Diagnosis] = []
    if FileInfo.kind(at: repository.commonDirectory + "/shallow") == .file {
      found.append(
        Diagnosis(
          "clone", .note, "it is shallow: whether a result is integrated cannot be told from what is missing",
          remedy: "git fetch --unshallow"))
    }
    if try !repository.settings(matching: #"^(extensions\.partialclone|remote\..*\.promisor)$"#).isEmpty {
      found.append(
        Diagnosis(
          "clone", .note, "it is partial: objects that were not fetched cannot be read",
          remedy: "Fetch them: git fetch --refetch --no-filter"))
    }
    return found.isEmpty ? [Diagnosis("clone", .ok, "complete")] : found
  }

  private func diagnoseContent() throws -> [Diagnosis] {
    guard let head = try repository.head().commit else {
      return [
        Diagnosis(
          "content", .problem, "there is no commit yet, so there is nothing to start from",
          remedy: "git add -A && git commit -m 'Start'")
      ]
    }
    var found: [Diagnosis] = []
    let files = try repository.files(in: repository.tree(of: head))
    if files.contains(where: { $0.mode == .submodule }) {
      found.append(
        Diagnosis(
          "submodules", .note, "their folders are empty in an agent's worktree",
          remedy: "Where a check needs one, let the check fetch it: git submodule update --init"))
    }
    let attributes = files.filter { $0.path == ".gitattributes" || $0.path.hasSuffix("/.gitattributes") }
    if try attributes.contains(where: {
      String(decoding: try repository.blob($0.id), as: UTF8.self).holds("filter=lfs")
    }) {
      found.append(diagnoseLFS())
    }
    return found
  }

  private func diagnoseLFS() -> Diagnosis {
    if AgentRegistry.find(["git-lfs"], path: process.environment["PATH"] ?? "") == nil {
      return Diagnosis(
        "lfs", .problem, "files are in LFS, and git-lfs is not on PATH",
        remedy: "Install it, or a run would commit files in place of their pointers.")
    }
    return Diagnosis(
      "lfs", .note, "every worktree gets its own copy of the files in LFS",
      remedy: "Where they are large and not needed: GIT_LFS_SKIP_SMUDGE=1")
  }

  /// Remotes whose fetch or push takes our refs for theirs.
  private func diagnoseRemotes() throws -> [Diagnosis] {
    var found: [Diagnosis] = []
    let isPruning = try repository.setting("fetch.prune") == "true"
    for (name, value) in try repository.settings(matching: #"^remote\..*\.(fetch|mirror)$"#) {
      let parts = name.split(separator: ".")
      let remote = parts.dropFirst().dropLast().joined(separator: ".")
      let shown = remote.escapedForTerminal(limit: 60)
      if parts.last == "mirror" {
        guard value == "true" else { continue }
        found.append(
          Diagnosis(
            "remotes", .problem,
            "'git push \(shown)' is a mirror: it publishes refs/paircoder, snapshots included",
            remedy: "git config --unset remote.\(shown).mirror"))
        continue
      }
      guard let ours = RepositoryDiagnosis.ours(covering: value) else { continue }
      let prunes = try isPruning || repository.setting("remote.\(remote).prune") == "true"
      found.append(
        Diagnosis(
          "remotes", .problem,
          "'git fetch \(shown)' \(prunes ? "deletes" : "overwrites") \(ours): it fetches \(value.escapedForTerminal())",
          remedy:
            "git config remote.\(shown).fetch '+refs/heads/*:refs/remotes/\(shown)/*'; in a bare mirror, work in a clone"
        ))
    }
    return found.isEmpty ? [Diagnosis("remotes", .ok, "none touches refs/paircoder")] : found
  }

  /// Which of our refs a fetch by `refspec` writes (gitrevisions(7), git-fetch(1)); nil for none.
  static func ours(covering refspec: String) -> String? {
    guard let colon = refspec.firstIndex(of: ":"), !refspec.hasPrefix("^") else { return nil }
    let target = refspec[refspec.index(after: colon)...]
    let beginning = target.prefix { $0 != "*" }
    let isPattern = beginning.count < target.count
    return ["refs/paircoder/", "refs/heads/paircoder/", "refs/notes/paircoder"].first { ours in
      beginning.hasPrefix(ours) || isPattern && ours.hasPrefix(beginning)
    }
  }

  private func diagnoseHooks() throws -> [Diagnosis] {
    guard let path = try repository.setting("core.hooksPath") else {
      return [Diagnosis("hooks", .ok, "git's own folder")]
    }
    let shown = path.escapedForTerminal()
    guard !path.hasPrefix("/"), !path.hasPrefix("~") else {
      return [Diagnosis("hooks", .note, "core.hooksPath is \(shown), which other repositories may share")]
    }
    return [
      Diagnosis(
        "hooks", .note,
        "core.hooksPath is \(shown), in the checkout: what an agent changes there runs once merged",
        remedy: "Look at changes to it before you merge a result.")
    ]
  }

  /// Locks that nobody can still hold: git and we hold one for moments.
  private func diagnoseLocks() throws -> [Diagnosis] {
    let top = repository.commonDirectory
    let latest = process.now().secondsSince1970 - 60
    var stale = try ["refs/paircoder", "refs/heads/paircoder", "refs/notes"].flatMap {
      try RepositoryDiagnosis.locks(below: top + "/" + $0)
    }
    stale.append(top + "/packed-refs.lock")
    stale = stale.filter { FileInfo(at: $0).map { $0.changedAt.secondsSince1970 < latest } ?? false }
    if stale.isEmpty { return [Diagnosis("locks", .ok, "none was left behind")] }
    return stale.map { path in
      Diagnosis(
        "locks", .problem, "\(path.escapedForTerminal()) was left behind, so its ref cannot be moved",
        remedy: "Once you know that no git command runs: rm '\(path.escapedForTerminal())'")
    }
  }

  private static func locks(below folder: String) throws(PairError) -> [String] {
    var found: [String] = []
    for (name, kind) in try DirectoryWalk.list(folder) {
      let path = folder + "/" + name
      if kind == .folder {
        found += try locks(below: path)
      } else if name.hasSuffix(".lock") {
        found.append(path)
      }
    }
    return found
  }
}

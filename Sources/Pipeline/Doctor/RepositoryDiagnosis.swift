import AgentRuns
import Git
import Host
import PairCore

/// Looks at a repository for what keeps runs from it. Changes nothing.
final class RepositoryDiagnosis: StatelessRoom {
  func all() -> [Diagnosis] {
    var found = [Diagnosis("repository", .ok, repository.gitDirectory)]
    found.look(at: "user") {
      let user = try workspace.requireUser()
      $0.ok("user", "\(user.name) <\(user.email)>".escapedForTerminal())
    }
    found.look(at: "configuration", diagnoseConfiguration)
    found.look(at: "approvals", elseOK: "nothing waits for one", diagnoseApprovals)
    found.look(at: "clone", elseOK: "complete", diagnoseClone)
    found.look(at: "content", diagnoseContent)
    found.look(at: "remotes", elseOK: "none touches refs/paircoder", diagnoseRemotes)
    found.look(at: "hooks", diagnoseHooks)
    found.look(at: "locks", elseOK: "none was left behind", diagnoseLocks)
    found.look(at: "worktrees", elseOK: "none is left", diagnoseWorktrees)
    found.look(at: "runs") { try diagnoseRuns(&$0) }
    found.look(at: "budget", diagnoseBudget)
    if !Files.isWritable(repository.commonDirectory) {
      found.problem(
        "repository", "\(repository.commonDirectory) cannot be written",
        remedy: "Runs record what they do there: become its owner, or work in a clone.")
    }
    return found
  }

  private func diagnoseConfiguration(_ found: inout [Diagnosis]) throws {
    let files = [Workspace.configPath, Workspace.capabilitiesPath]
    let present = try files.filter { try workspace.settings().text(of: $0) != nil }
    _ = try workspace.settings().config
    _ = try workspace.settings().capabilities
    for kind in PromptKind.allCases { _ = try workspace.settings().promptTemplate(kind) }
    try diagnosePrompts(&found)
    found.ok("configuration", present.isEmpty ? "the built-in one" : present.joined(separator: ", "))
  }

  /// Files among the prompts whose name is none of those that are read.
  private func diagnosePrompts(_ found: inout [Diagnosis]) throws {
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
    for name in names.sorted() where !known.contains(name) {
      found.note(
        "prompts", "\(Workspace.promptsPath)/\(name.escapedForTerminal(limit: 60)) is read by nobody",
        remedy: "Known names: \(known.joined(separator: ", ")).")
    }
  }

  private func diagnoseApprovals(_ found: inout [Diagnosis]) throws {
    let approvals = try Approvals(of: workspace)
    for text in try Approvable.all(at: nil, in: workspace) where try !approvals.contain(text.text) {
      // Without its checks no run starts; a recipe concerns its own task alone.
      found.append(
        Diagnosis(
          "approvals", ["checks", "setup", "environment"].contains(text.owner) ? .problem : .note,
          "\(text.title.escapedForTerminal()) has not been approved",
          remedy: "Read it, then: bpsai-pair trust \(text.owner)"))
    }
  }

  private func diagnoseClone(_ found: inout [Diagnosis]) throws {
    if FileInfo.kind(at: repository.commonDirectory + "/shallow") == .file {
      found.note(
        "clone", "it is shallow: whether a result is integrated cannot be told from what is missing",
        remedy: "git fetch --unshallow")
    }
    if try !repository.settings(matching: #"^(extensions\.partialclone|remote\..*\.promisor)$"#).isEmpty {
      found.note(
        "clone", "it is partial: objects that were not fetched cannot be read",
        remedy: "Fetch them: git fetch --refetch --no-filter")
    }
  }

  private func diagnoseContent(_ found: inout [Diagnosis]) throws {
    guard let head = try repository.head().commit else {
      found.problem(
        "content", "there is no commit yet, so there is nothing to start from",
        remedy: "git add -A && git commit -m 'Start'")
      return
    }
    let files = try repository.files(in: repository.tree(of: head))
    if files.contains(where: { $0.mode == .submodule }) {
      found.note(
        "submodules", "their folders are empty in an agent's worktree",
        remedy: "Where a check needs one, let the check fetch it: git submodule update --init")
    }
    let attributes = files.filter { $0.path == ".gitattributes" || $0.path.hasSuffix("/.gitattributes") }
    let usesLFS = try attributes.contains {
      String(decoding: try repository.blob($0.id), as: UTF8.self).holds("filter=lfs")
    }
    guard usesLFS else { return }
    if AgentRegistry.find(["git-lfs"], path: process.environment["PATH"] ?? "") == nil {
      found.problem(
        "lfs", "files are in LFS, and git-lfs is not on PATH",
        remedy: "Install it, or a run would commit files in place of their pointers.")
    } else {
      found.note(
        "lfs", "every worktree gets its own copy of the files in LFS",
        remedy: "Where they are large and not needed: GIT_LFS_SKIP_SMUDGE=1")
    }
  }

  /// Remotes whose fetch or push takes our refs for theirs.
  private func diagnoseRemotes(_ found: inout [Diagnosis]) throws {
    let isPruning = try repository.setting("fetch.prune") == "true"
    for (name, value) in try repository.settings(matching: #"^remote\..*\.(fetch|mirror)$"#) {
      let parts = name.split(separator: ".")
      let remote = parts.dropFirst().dropLast().joined(separator: ".")
      let shown = remote.escapedForTerminal(limit: 60)
      if parts.last == "mirror" {
        guard value == "true" else { continue }
        found.problem(
          "remotes", "'git push \(shown)' is a mirror: it publishes refs/paircoder, snapshots included",
          remedy: "git config --unset remote.\(shown).mirror")
        continue
      }
      guard let ours = RepositoryDiagnosis.ours(covering: value) else { continue }
      let prunes = try isPruning || repository.setting("remote.\(remote).prune") == "true"
      found.problem(
        "remotes",
        "'git fetch \(shown)' \(prunes ? "deletes" : "overwrites") \(ours): it fetches \(value.escapedForTerminal())",
        remedy:
          "git config remote.\(shown).fetch '+refs/heads/*:refs/remotes/\(shown)/*'; in a bare mirror, work in a clone"
      )
    }
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

  private func diagnoseHooks(_ found: inout [Diagnosis]) throws {
    guard let path = try repository.setting("core.hooksPath") else {
      found.ok("hooks", "git's own folder")
      return
    }
    let shown = path.escapedForTerminal()
    if path.hasPrefix("/") || path.hasPrefix("~") {
      found.note("hooks", "core.hooksPath is \(shown), which other repositories may share")
    } else {
      found.note(
        "hooks", "core.hooksPath is \(shown), in the checkout: what an agent changes there runs once merged",
        remedy: "Look at changes to it before you merge a result.")
    }
  }

  /// Locks that nobody can still hold: git and we hold one for moments.
  private func diagnoseLocks(_ found: inout [Diagnosis]) throws {
    let top = repository.commonDirectory
    let latest = process.now().secondsSince1970 - 60
    let locks = try ["refs/paircoder", "refs/heads/paircoder", "refs/notes"].flatMap {
      try RepositoryDiagnosis.locks(below: top + "/" + $0)
    }
    for path in locks + [top + "/packed-refs.lock"] {
      guard let lock = FileInfo(at: path), lock.changedAt.secondsSince1970 < latest else { continue }
      found.problem(
        "locks", "\(path.escapedForTerminal()) was left behind, so its ref cannot be moved",
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

/// What a project makes of changes that its tasks do not declare.
package struct ChangeRules: Hashable, Sendable {
  /// Changes of files that steer builds, hooks, agents or this program.
  package var protectedPaths = Finding.Severity.block
  /// Changes of all other files, where a task declares which it touches.
  package var outOfScope = Finding.Severity.note

  package static let standard = ChangeRules()
}

/// Judges what an agent changed, before a run commits it and in a review: scope, protected paths, secrets.
package struct ChangePolicy: Hashable, Sendable {
  /// What the task declares that it touches; empty when it declares nothing, and then all is in scope.
  package let scope: [Glob]
  /// Files that the run itself brings: the task's own file, and in plan mode the result.
  package let ownPaths: Set<String>
  package let rules: ChangeRules
  /// Knows what may not get into a commit.
  package let credentials: Redaction

  package init(
    scope: [String], ownPaths: Set<String> = [], rules: ChangeRules = .standard,
    credentials: Redaction = Redaction()
  ) {
    self.scope = scope.map(Glob.init)
    self.ownPaths = ownPaths
    self.rules = rules
    self.credentials = credentials
  }

  /// - Parameter resultPath: where a plan-mode run puts its result.
  package init(for task: AgentTask, resultPath: String? = nil, rules: ChangeRules, credentials: Redaction) {
    self.init(
      scope: task.declaredFiles, ownPaths: Set([task.source.path] + [resultPath].compactMap { $0 }),
      rules: rules, credentials: credentials)
  }

  /// What is wrong with `changes`, in the order of the paths; empty when nothing is.
  package func judge(_ changes: [FileChange]) -> [Finding] {
    changes.sorted { $0.path < $1.path }.flatMap { change in
      secrets(in: change) + protectedPaths(in: change) + outOfScope(change)
    }
  }

  /// Whether `path` steers builds, hooks, agents or this program, so that a person must look at it.
  package func isProtected(_ path: String) -> Bool {
    if ownPaths.contains(path) { return false }
    let parts = path.lowercased().pathParts
    // .github, .gitlab-ci.yml, .paircoder, .claude, …
    return parts.first?.hasPrefix(".") == true || ChangePolicy.steersBuilds(parts)
  }

  /// Whether a path in lower case is a manifest, a build entry point, a hook or CI configuration.
  static func steersBuilds(_ parts: [Substring]) -> Bool {
    steersCI(parts) || parts.last.map(protectedNames.contains) == true
  }

  /// Whether a path in lower case is a hook, or what CI or git itself obeys.
  static func steersCI(_ parts: [Substring]) -> Bool {
    guard let first = parts.first else { return false }
    return protectedFolders.contains(first) || parts.last == "jenkinsfile"
      || first == ".github" && ["workflows", "actions"].contains(parts.dropFirst().first)
      || parts.contains { [".git", ".gitmodules", ".gitattributes"].contains($0) }
  }

  private static let protectedFolders: Set<Substring> = [
    "hooks", "ci", ".gitlab", ".gitlab-ci.yml", ".circleci", ".buildkite",
  ]
  /// Manifests and lock files, build entry points, CI files, and what agents read as instructions.
  private static let protectedNames: Set<Substring> = [
    "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "pyproject.toml",
    "setup.py", "setup.cfg", "requirements.txt", "poetry.lock", "uv.lock", "cargo.toml",
    "cargo.lock", "go.mod", "go.sum", "gemfile", "gemfile.lock", "package.swift",
    "package.resolved", "pom.xml", "build.gradle", "build.gradle.kts", "makefile", "dockerfile",
    "agents.md", "claude.md", "gemini.md", "codeowners",
  ]

  private func isDeclared(_ path: String) -> Bool { scope.contains { $0.matches(path) } }

  private func protectedPaths(in change: FileChange) -> [Finding] {
    change.paths.filter(isProtected).map { path in
      let declared = isDeclared(path)
      return Finding(
        rule: .protectedPath, severity: declared ? .note : rules.protectedPaths, path: path,
        message: "protected path, \(declared ? "changed as the task declares" : "not declared by the task")")
    }
  }

  private func outOfScope(_ change: FileChange) -> [Finding] {
    if scope.isEmpty { return [] }
    return change.paths.filter { !ownPaths.contains($0) && !isDeclared($0) && !isProtected($0) }.map { path in
      Finding(
        rule: .outOfScope, severity: rules.outOfScope, path: path,
        message: "not among the files that the task declares")
    }
  }

  private func secrets(in change: FileChange) -> [Finding] {
    let name = credentials.first(in: change.path).map {
      Finding(
        rule: .secret, severity: .refuse, path: credentials.redacted(change.path), message: "its name \($0)")
    }
    return [name].compactMap { $0 }
      + change.addedLines.compactMap { line in
        guard let found = credentials.first(in: line.text) else { return nil }
        return Finding(rule: .secret, severity: .refuse, path: change.path, line: line.number, message: found)
      }
  }
}

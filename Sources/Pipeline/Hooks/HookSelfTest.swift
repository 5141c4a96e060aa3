import Git
import Host
package import PairCore

/// Provokes each hook in a scratch clone with the hooks of a repository, and sees whether it fires.
package final class HookSelfTest: StatelessRoom {
  package struct Result: Hashable, Sendable {
    package let hook: HookName
    /// Where it was provoked: `main worktree`, `linked worktree`, `push`.
    package let place: String
    package let fired: Bool
  }

  private var effects: EffectDoor { workspace.process.effects }

  /// - Throws: `GitError` when git fails in the clone, `PairError` when it cannot be made.
  package func run() async throws -> [Result] {
    guard repository.hasPathForOthers else {
      throw PairError(
        .unsupported, "the path of this repository is not UTF-8, so it cannot be cloned from here",
        hint: "'bpsai-pair hooks status' says how its hooks stand.")
    }
    let state = try workspace.process.requireStateFolder()
    let scratch = state + "/hooks-test-\(workspace.process.random())"
    try Files.makeFolder(scratch, effects: effects)
    return try await cleaningUp({ try DirectoryWalk.removeTree(scratch, effects: effects) }) {
      try await run(in: scratch)
    }
  }

  private func run(in scratch: String) async throws -> [Result] {
    let probe = HookProbe(scratch + "/fired")
    let git = UserGitCommand(
      environment: workspace.process.environment, adding: [HookProbe.variable: scratch + "/fired"],
      user: try workspace.requireUser(), effects: effects)
    return repository.workingDirectory == nil
      ? try await runOnServer(in: scratch, git, probe) : try await runInCheckouts(in: scratch, git, probe)
  }

  private func runInCheckouts(
    in scratch: String, _ git: UserGitCommand, _ probe: HookProbe
  ) async throws -> [Result] {
    let (main, linked) = (scratch + "/main", scratch + "/linked")
    try await git.run(
      ["clone", "--quiet", "--shared", "--no-checkout", repository.commonDirectory, main], in: scratch)
    // A branch without history and files: a huge repository is as fast as a small one.
    try await git.run(["symbolic-ref", "HEAD", "refs/heads/hooks-test"], in: main)
    try await copyHooks(to: main + "/.git", top: main, git)
    try await provokeAll(in: main, git)
    try await git.run(["worktree", "add", "--quiet", "-b", "hooks-test-linked", linked], in: main)
    try copyManagers(to: linked)
    try await provokeAll(in: linked, git)
    let firings = try probe.notes()
    return try [("main worktree", main), ("linked worktree", linked)].flatMap { place, folder throws in
      // What the system calls it: the state folder may lie behind a link.
      let path = Files.canonical(folder) ?? folder
      return HookName.firing(inBare: false).map {
        Result(hook: $0, place: place, fired: firings.contains(.init(hook: $0, folder: path)))
      }
    }
  }

  /// Does in the worktree at `top` what makes git call each hook.
  private func provokeAll(in top: String, _ git: UserGitCommand) async throws {
    for text in ["one", "two"] {
      try AtomicFile.replace(top + "/hooks-test", with: Array("\(text) \(top)\n".utf8), effects: effects)
      try await git.run(["add", "hooks-test"], in: top)
      try await git.run(["commit", "--quiet", "--no-verify", "--message", text], in: top)
    }
    try await git.run(["commit", "--quiet", "--no-verify", "--amend", "--message", "three"], in: top)
    let patch = top + "/../patch"
    try AtomicFile.replace(
      patch, with: try await git.run(["format-patch", "-1", "--stdout"], in: top), effects: effects)
    try await git.run(["reset", "--quiet", "--hard", "HEAD^"], in: top)
    try await git.run(["am", "--quiet", patch], in: top)
    let tip = try await git.run(["rev-parse", "HEAD"], in: top)
    try await git.run(["reset", "--quiet", "--hard", "HEAD^"], in: top)
    try await git.run(
      ["merge", "--quiet", "--no-verify", "--ff-only", String(decoding: tip, as: UTF8.self).trimmed], in: top)
  }

  private func runOnServer(
    in scratch: String, _ git: UserGitCommand, _ probe: HookProbe
  ) async throws -> [Result] {
    let (server, client) = (scratch + "/server.git", scratch + "/client")
    try await git.run(
      ["clone", "--quiet", "--bare", "--shared", repository.commonDirectory, server], in: scratch)
    try await copyHooks(to: server, top: nil, git)
    try await git.run(["init", "--quiet", client], in: scratch)
    try await git.run(["commit", "--quiet", "--allow-empty", "--no-verify", "--message", "one"], in: client)
    try await git.run(["push", "--quiet", "--no-verify", server, "HEAD:refs/heads/hooks-test"], in: client)
    let fired = try probe.notes().contains { $0.hook == .postReceive }
    return [Result(hook: .postReceive, place: "push", fired: fired)]
  }

  /// Gives a clone the hooks of the repository: its files, its settings, and what managers read.
  private func copyHooks(to gitDirectory: String, top: String?, _ git: UserGitCommand) async throws {
    let folder = repository.commonDirectory + "/hooks"
    if FileInfo.kind(at: folder) == .folder { try copyTree(folder, to: gitDirectory + "/hooks") }
    for (name, value) in try repository.settings(matching: "^(hook\\..*|core\\.hookspath)$") {
      guard try repository.hasOwnSetting(name) else { continue }
      // The folder that git looks into anyway: the clone has its own.
      if name == "core.hookspath", value == folder { continue }
      try await git.run(["config", "--local", "--add", name, value], in: gitDirectory)
    }
    if let top { try copyManagers(to: top) }
  }

  private func copyManagers(to copy: String) throws {
    guard let top = repository.workingDirectory else { return }
    if case .inCheckout(let folder) = try HookFolder(of: workspace), !folder.hasPrefix("/"),
      FileInfo.kind(at: top + "/" + folder) == .folder
    {
      try copyTree(top + "/" + folder, to: copy + "/" + folder)
    }
    for (name, kind) in try DirectoryWalk.list(top) where HookManager.isSetting(name) {
      if kind == .folder {
        try copyTree(top + "/" + name, to: copy + "/" + name)
      } else if kind == .file {
        try AtomicFile.copy(top + "/" + name, to: copy + "/" + name, effects: effects)
      }
    }
  }

  private func copyTree(_ source: String, to copy: String) throws {
    try Files.makeFolder(copy, effects: effects)
    for (name, kind) in try DirectoryWalk.list(source) {
      let (from, to) = (source + "/" + name, copy + "/" + name)
      switch kind {
      case .folder: try copyTree(from, to: to)
      case .link:
        try AtomicFile.replaceLink(to, pointingTo: Files.linkTarget(from), effects: effects)
      case .file: try AtomicFile.copy(from, to: to, effects: effects)
      case .other: break
      }
    }
  }
}

/// What `hooks test` has hooks do instead of their work: note that they fired.
package struct HookProbe: Sendable {
  /// Names the file to note it in.
  package static let variable = "BPSAI_PAIR_HOOK_PROBE"

  private let path: String

  package init(_ path: String) { self.path = path }

  /// Adds a line with the hook's name and the folder that git called it in.
  package func record(_ hook: HookName, in folder: String, effects: EffectDoor) throws {
    var bytes = try Files.read(path) ?? []
    bytes += Array("\(hook.rawValue) \(Files.canonical(folder) ?? folder)\n".utf8)
    try AtomicFile.replace(path, with: bytes, effects: effects)
  }

  func notes() throws -> Set<Firing> {
    let text = String(decoding: try Files.read(path) ?? [], as: UTF8.self)
    var firings: Set<Firing> = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      if words.count == 2, let hook = HookName(rawValue: words[0]) {
        firings.insert(Firing(hook: hook, folder: words[1]))
      }
    }
    return firings
  }

  struct Firing: Hashable {
    let hook: HookName
    let folder: String
  }
}

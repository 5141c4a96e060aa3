import AgentRuns
import Host
package import Git
import Ledger
package import PairCore
import TaskFiles

/// A repository with this program's files in it: what every command starts from. All rooms of one task share
/// it; a task beside opens its own, since a repository's handle belongs to one Swift task.
package final class Workspace {
  package let repository: Repository
  package let process: ProcessContext
  /// The git command, set up for this repository, without the user's environment.
  package let git: GitCommand
  private let ownGit: GitCommand
  /// What the files of this program say, shared by all workspaces of a command.
  let parsed: ParsedFiles
  /// The logs that were read, each as it was then.
  private var histories: [TaskID: TaskHistory] = [:]

  /// Opens the repository around the current folder; `parsed` is of another workspace of the same command.
  /// Throws `unsupported` when there is none that this program can work on.
  package init(_ process: ProcessContext, sharing parsed: ParsedFiles? = nil) throws {
    var opened = try Workspace.open(process)
    opened.reads = process.reads
    opened.redaction = Redaction(environment: process.environment, knowsShapes: false)
    opened.tell = { [say = process.say] in say("note: \($0)") }
    let hookNames = try opened.configuredHookNames()
    repository = opened
    ownGit = GitCommand(environment: process.environment, hookNames: hookNames, effects: process.effects)
    git = ownGit.inheriting()
    self.process = process
    self.parsed = parsed ?? ParsedFiles()
  }

  /// The git command, which inherits `variables`: a checkout may fetch what is missing.
  func git(inheriting variables: [VariablePattern]) -> GitCommand { ownGit.inheriting(variables) }

  private static func open(_ process: ProcessContext) throws(PairError) -> Repository {
    do {
      // One that is not UTF-8 cannot be found by what is left of its name, but from here.
      guard let named = process.environment["GIT_DIR"], !named.isEmpty,
        !named.unicodeScalars.contains("\u{FFFD}")
      else {
        return try Repository(
          containing: process.folder, environment: process.environment,
          effects: process.effects)
      }
      let path = named.hasPrefix("/") ? named : process.folder + "/" + named
      return try Repository(gitDirectory: path, environment: process.environment, effects: process.effects)
    } catch {
      throw explain(error, folder: process.folder)
    }
  }

  private static func explain(_ error: GitError, folder: String) -> PairError {
    switch error.kind {
    case .notFound, .notOwned:
      // Without any safe.directory in the configuration, libgit2 1.5 says "not found" of a repository that
      // belongs to somebody else.
      if let top = repositoryAbove(folder) {
        PairError(
          .unsupported, "git does not trust \(top): it belongs to somebody else, or is damaged",
          hint: "If you trust it: git config --global --add safe.directory \(top)")
      } else {
        PairError(
          .unsupported, "\(folder) is not in a git repository",
          hint: "Change into one, or make one with 'git init'.")
      }
    case .unsupported:
      PairError(.unsupported, error.message, hint: "SHA-256 and reftable repositories cannot be read yet.")
    default: PairError(.unsupported, error.message)
    }
  }

  private static func repositoryAbove(_ folder: String) -> String? {
    var parts = folder.split(separator: "/")
    while true {
      let path = "/" + parts.joined(separator: "/")
      if FileInfo.kind(at: path + "/.git") != nil { return path }
      if parts.popLast() == nil { return nil }
    }
  }

  /// The top of the working tree; throws `unsupported` in a bare repository.
  package func requireCheckout(for command: String) throws(PairError) -> String {
    if let top = repository.workingDirectory { return top }
    throw PairError(
      .unsupported, "\(command) needs a checkout, and \(repository.gitDirectory) is a bare repository",
      hint: "Run it in a clone.")
  }

  /// The log of `task` as it is now; of one that was read before, only what was appended since is read.
  func history(of task: TaskID) throws -> TaskHistory {
    var history = histories[task] ?? TaskHistory(of: TaskLog(task))
    try history.refresh(in: repository)
    histories[task] = history
    return history
  }

  func state(of task: TaskID) throws -> TaskState { try history(of: task).state }

  /// What names this repository, and no other on this machine, in the state folder.
  var key: ObjectID {
    let common = repository.commonDirectory
    return ObjectID.ofBlob(Array((Files.canonical(common) ?? common).utf8))
  }

  /// The commit that work starts from: `revision`, else HEAD. Throws `unsupported` when there is no commit
  /// yet, `usage` for an unknown revision.
  package func requireBase(_ revision: String?) throws -> ObjectID {
    if let revision {
      do {
        return try repository.commit(named: revision)
      } catch {
        throw PairError(
          .usage, "--base: no commit is called '\(revision.escapedForTerminal(limit: 80))'",
          hint: "Name a branch, a tag or a commit; 'git log --oneline' lists commits.")
      }
    }
    if let commit = try repository.head().commit { return commit }
    throw PairError(
      .unsupported, "the repository has no commit yet, so there is nothing to start from",
      hint: "Make one: git add -A && git commit -m 'Start'")
  }

  /// The user, as the committer; throws `unsupported` when git does not know a name and an address.
  package func requireUser() throws -> Signature {
    let now = process.now()
    let environment = process.environment
    if let name = environment["GIT_COMMITTER_NAME"], let email = environment["GIT_COMMITTER_EMAIL"],
      !name.isEmpty, !email.isEmpty
    {
      return Signature(name: name, email: email, time: now)
    }
    do {
      return try repository.userSignature(at: now)
    } catch  where error.kind == .notFound {
      throw PairError(
        .unsupported, "git does not know who you are",
        hint: "git config user.name 'Your Name' && git config user.email you@example.com")
    }
  }

  /// What is known to keep the agents of `profiles` from working for a while.
  package func unavailabilities(of profiles: [AgentProfile]) throws -> [AgentName: AgentUnavailability] {
    let health = AgentHealth(in: repository)
    var unavailabilities: [AgentName: AgentUnavailability] = [:]
    for profile in profiles {
      let adapter = AgentRegistry.adapter(for: profile.name, among: [profile])
      unavailabilities[profile.name] = try health.unavailability(
        of: profile.name, login: adapter?.loginFingerprint(process.environment))
    }
    return unavailabilities
  }

  package static let folder = ".paircoder"
  package static let configPath = folder + "/config.yaml"
  package static let capabilitiesPath = folder + "/capabilities.yaml"
  package static let tasksPath = folder + "/tasks"
  static let promptsPath = folder + "/prompts"
  package static let plansPath = folder + "/plans"
  package static let resultsPath = folder + "/results"
}

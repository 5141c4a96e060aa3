import PairCore
import Subprocess

/// What libgit2 or the git command reported.
package struct GitError: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// No such repository, object, ref or path.
    case notFound
    /// An object is there, and is not what its id says.
    case damaged
    /// The ref has moved since it was read, or exists where none was expected.
    case modified
    /// Another process holds git's lock file.
    case locked
    /// A ref stands where the name needs a folder, or the other way round.
    case nameConflict
    /// This libgit2 cannot work on such a repository.
    case unsupported
    /// The repository belongs to another user (safe.directory, git-config(1)).
    case notOwned
    /// The disk is full, or the user's share of it.
    case noSpace
    /// A git command did not end in its time.
    case timedOut
    case other
  }

  package let kind: Kind
  /// What was tried, on what; where there are no causes, with why it failed.
  package let attempt: String
  /// Why it failed: each is the reason for the one before.
  package let causes: [String]

  /// What was tried and why it failed.
  package var message: String { ([attempt] + causes).joined(separator: ": ") }

  /// What to do next, where that can be said.
  package var hint: String? {
    switch kind {
    case .locked: "Run it again. If it stays so, 'bpsai-pair doctor' names the lock that was left behind."
    case .noSpace:
      "The disk may be full. Nothing was replaced; see that there is space, and run the command again."
    case .damaged: "'git fsck' lists what is damaged or missing in the repository."
    default: nil
    }
  }

  package init(_ kind: Kind, _ attempt: String, because causes: [String] = []) {
    self.kind = kind
    self.attempt = attempt
    self.causes = causes
  }

  /// The same failure as the reason why `attempt` failed.
  package func during(_ attempt: String) -> GitError {
    GitError(kind, attempt, because: [self.attempt] + causes)
  }
}

/// A git command that ended badly. Git has no codes that say why (its status is 128 for most reasons), only words, which
/// `LC_ALL=C` keeps the same on every machine.
struct GitFailure {
  private let attempt: String
  private let status: TerminationStatus
  private let words: String

  init(_ arguments: [String], in folder: String, _ status: TerminationStatus, said words: String) {
    attempt = GitFailure.attempt(arguments, in: folder)
    self.status = status
    self.words = words
  }

  private static func attempt(_ arguments: [String], in folder: String) -> String {
    let command = arguments.joined(separator: " ").escapedForTerminal(limit: 120)
    return "git \(command) in \(folder.escapedForTerminal(limit: 300))"
  }

  /// The error of a command that was stopped after `limit`.
  static func timedOut(_ arguments: [String], in folder: String, after limit: Duration) -> GitError {
    let why = "it did not end within \(limit.components.seconds) s"
    return GitError(.timedOut, attempt(arguments, in: folder), because: [why])
  }

  /// Whether `git gc` took the folder away in which git was to write an object, since it was empty: git makes it once
  /// more, and gives up when that goes, too.
  var mayPass: Bool { words.contains("unable to create temporary file: No such file or directory") }

  var error: GitError {
    // Git itself often says no more than "unable to write".
    let full = ["No space left on device", "Disk quota exceeded", "File too large", "unable to write"]
    let isDiskFull = full.contains { words.contains($0) }
    return GitError(isDiskFull ? .noSpace : .other, attempt, because: [reason])
  }

  /// The first line that tells why, else how git ended.
  private var reason: String {
    let lines = words.split(whereSeparator: \.isNewline).map { String($0).trimmed }.filter { !$0.isEmpty }
    let marks = ["fatal: ", "error: "]
    if let line = lines.first(where: { line in marks.contains { line.hasPrefix($0) } }) {
      return String(line.dropFirst(7)).escapedForTerminal(limit: 500)
    }
    if let line = lines.first(where: { !$0.hasPrefix("hint: ") && !$0.hasPrefix("warning: ") }) {
      return line.escapedForTerminal(limit: 500)
    }
    return switch status {
    case .exited(let code): "it ended with status \(code) and said nothing"
    case .signaled(let signal): "signal \(signal) ended it"
    }
  }
}

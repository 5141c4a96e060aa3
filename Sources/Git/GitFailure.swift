import PairCore
import Subprocess

/// A git command that ended badly. Git has no codes that say why (its status is 128 for most reasons), only words, which
/// `LC_ALL=C` keeps the same on every machine.
struct GitFailure {
  private let attempt: String
  private let status: TerminationStatus
  private let words: String

  init(_ arguments: [String], in folder: String, _ status: TerminationStatus, said words: String) {
    let command = arguments.joined(separator: " ").escapedForTerminal(limit: 120)
    attempt = "git \(command) in \(folder.escapedForTerminal(limit: 300))"
    self.status = status
    self.words = words
  }

  /// Whether `git gc` took the folder away in which git was to write an object, since it was empty: git makes it once
  /// more, and gives up when that goes, too.
  var mayPass: Bool { words.contains("unable to create temporary file: No such file or directory") }

  var error: GitError { GitError(isDiskFull ? .noSpace : .other, attempt, because: [reason]) }

  private var isDiskFull: Bool {
    // Git itself often says no more than "unable to write".
    ["No space left on device", "Disk quota exceeded", "File too large", "unable to write"].contains {
      words.contains($0)
    }
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

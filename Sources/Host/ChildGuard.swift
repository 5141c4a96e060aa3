import CHost
import Glibc
import Synchronization

/// Ends the git commands of this process, and what they started, when this process is killed.
///
/// A death signal (prctl(2)) would reach git alone: a filter that git waits for would work on, and write.
package enum ChildGuard {
  /// What the marks of this process's git commands begin with.
  private static let token = String(UInt64.random(in: 0...(.max)), radix: 36) + "."
  private static let number = Atomic<Int>(0)
  private static let state = Mutex(State())

  private struct State {
    var command: String?
    /// Leads to the guard; -1 where there is none.
    var line: Int32 = -1
    var count = 0
  }

  /// From now on what is begun is guarded, by this program's `command`, which gets a mark and a session. Only a program
  /// that has such a command can be guarded; a test cannot.
  package static func enable(by command: String) { state.withLock { $0.command = command } }

  /// A git command is about to be started.
  ///
  /// - Returns: the mark for its environment; no other command's mark begins with it.
  package static func begin() -> String {
    tell("+")
    return token + String(number.add(1, ordering: .relaxed).newValue) + "."
  }

  /// The git command that `mark` tells has ended.
  ///
  /// - Parameter wasBrokenOff: whether it was stopped, and may have left a filter or a merge driver.
  package static func end(_ mark: String, wasBrokenOff: Bool) async {
    if wasBrokenOff {
      _ = await onOwnThread { ProcessTraces(ofGit: mark, in: getsid(0)).killAll() }
    }
    tell("-")
  }

  /// A guard that is there no more is replaced. Where there can be none, the next run finds what was left.
  private static func tell(_ letter: String) {
    state.withLock { state in
      guard let command = state.command else { return }
      state.count += letter == "+" ? 1 : -1
      if state.line >= 0, write(state.line, letter, 1) == 1 { return }
      if state.line >= 0 { close(state.line) }
      let arguments = ["bpsai-pair", command, token, String(getsid(0))]
      var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
      defer { words.forEach { free($0) } }
      state.line = pair_start_guard(&words)
      let letters = String(repeating: "+", count: state.count)
      if state.line >= 0 { _ = write(state.line, letters, letters.utf8.count) }
    }
  }
}

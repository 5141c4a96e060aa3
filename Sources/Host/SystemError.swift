import Glibc
package import PairCore

extension PairError {
  /// The error of a system call that just failed, in the system's words; `attempt` says what was tried, on
  /// what.
  static func system(_ attempt: String) -> PairError { system(attempt, code: errno) }

  /// The error of a system call that failed with `code`.
  package static func system(_ attempt: String, code: Int32) -> PairError {
    let words = String(cString: strerror(code))
    let hint: String? =
      switch code {
      case ENOSPC, EDQUOT:
        "The disk is full. Nothing was replaced; free some space and run the command again."
      case EACCES, EPERM: "Check who owns it and its permissions."
      case EROFS: "The file system is mounted read-only."
      default: nil
      }
    let isOfDisk = [ENOSPC, EDQUOT, EFBIG, EIO, EROFS].contains(code)
    return PairError(.internal, "\(attempt): \(words)", hint: hint, obstacle: isOfDisk ? .disk : nil)
  }
}

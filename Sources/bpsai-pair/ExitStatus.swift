import PairCore

/// The statuses with which this program ends. No other type knows them.
enum ExitStatus {
  static let done: Int32 = 0
  static let failed: Int32 = 1
  static let usage: Int32 = 64

  /// That of a shell for a command that `signal` ended.
  static func of(signal: Int32) -> Int32 { 128 + signal }

  static func of(_ kind: PairError.Kind) -> Int32 {
    switch kind {
    case .failed: failed
    case .usage: usage
    case .invalidInput: 65
    case .noAgent: 69
    case .internal: 70
    case .tryLater: 75
    case .notApproved: 77
    case .unsupported: 78
    }
  }
}

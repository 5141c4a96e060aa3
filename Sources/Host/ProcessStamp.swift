import CHost
import Glibc
import PairCore

/// A number that every process inherits from the one that started it and that no program clears by accident: `env -i`,
/// setsid(1), a double fork and a changed folder all leave it.
///
/// It is a limit that Linux has not looked at since 2.4.25, the one on file locks (`ulimit -x`, getrlimit(2)).
/// A process may lower it; then it is found by other traces or not at all.
enum ProcessStamp {
  /// The stamp of what carries `mark`, where this process is the one to give it.
  static func value(of mark: String) -> UInt64 {
    // FNV-1a. Two bits less than there are, so that it never looks like "no limit".
    let hash = mark.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } >> 2
    let limit = pair_hard_stamp()
    // A run within a run: it may not pass the outer one's stamp, which stays the hard limit.
    return limit == .max ? hash : hash % max(1, limit)
  }

  /// Stamps this process and all that it starts from now on.
  static func apply(_ mark: String) {
    let stamp = value(of: mark)
    // A limit that a person set tells nothing; a program without a stamp is found by other traces.
    if stamp > UInt64(UInt32.max) { _ = pair_stamp(stamp) }
  }

  /// Whether `process` bears `stamp`.
  static func isOn(_ process: ProcessRecord, _ stamp: UInt64) -> Bool {
    guard stamp > UInt64(UInt32.max), let limits = process.file("limits") else { return false }
    let lines = limits.split(separator: UInt8(ascii: "\n"))
    guard let line = lines.first(where: { $0.starts(with: "Max file locks".utf8) }) else { return false }
    return String(decoding: line, as: UTF8.self).split(separator: " ").dropFirst(3).prefix(2)
      .contains { UInt64($0) == stamp }
  }
}

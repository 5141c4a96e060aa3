import Glibc
package import PairCore

extension Files {
  /// Gives the file at `path` the time at which the one at `other` was last changed.
  ///
  /// - Throws: `PairError` when one of them is not there, or the time cannot be set (utimensat(2)).
  package static func setChangeTime(of path: String, asOf other: String, effects: EffectDoor) throws {
    try effects.pass(.fileWrite, path)
    var info = stat()
    guard stat(other, &info) == 0 else { throw PairError.system("reading the times of \(other)") }
    guard utimensat(AT_FDCWD, path, [info.st_atim, info.st_mtim], 0) == 0 else {
      throw PairError.system("setting the times of \(path)")
    }
  }
}

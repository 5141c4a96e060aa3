import CHost
import Glibc
package import PairCore

extension Files {
  /// Puts a copy of the file at `source` at `path`, atomically and with the same permissions. Where the file
  /// system can (Btrfs, XFS), both share their blocks until one is changed (ioctl_ficlone(2)).
  ///
  /// - Throws: `PairError` when `source` is no regular file, a link to one included.
  package static func copy(_ source: String, to path: String, effects: EffectDoor) throws {
    try effects.pass(.fileWrite, path)
    let input = open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard input >= 0 else { throw PairError.system("reading \(source)") }
    defer { close(input) }
    var info = stat()
    guard fstat(input, &info) == 0 else { throw PairError.system("reading \(source)") }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw PairError(.invalidInput, "copying \(source): it is no regular file")
    }
    let temporary = newName(beside: path)
    unlink(temporary)
    let output = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw PairError.system("writing \(path)") }
    var code = pair_copy_file(input, output) == 0 ? 0 : errno
    if code == 0, fchmod(output, info.st_mode & 0o777) != 0 { code = errno }
    if close(output) != 0, code == 0 { code = errno }
    if code == 0, Glibc.rename(temporary, path) == 0 { return }
    if code == 0 { code = errno }
    unlink(temporary)
    throw PairError.system("writing \(path)", code: code)
  }
}

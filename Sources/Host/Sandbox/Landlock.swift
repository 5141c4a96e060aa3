import CHost
import Glibc
import PairCore

/// Landlock: what a process may do to files, and to processes outside, as it restricts itself (landlock(7)).
///
/// It does not look at chmod(2), chown(2), utime(2), extended attributes, chdir(2), stat(2) and sockets in the file
/// system, and every folder may be listed.
package enum Landlock {
  /// The version that this system has switched on; 0 for none, and for the first one (Linux 5.13 to 5.18), which
  /// denies every rename from one folder to another.
  package static var version: Int {
    let version = Int(pair_landlock_version())
    return version < 2 ? 0 : version
  }

  /// From this version on (Linux 6.2), no file outside can be emptied.
  package static let firstWhole = 3
  /// From this version on (Linux 6.12), no process outside gets a signal, and no abstract socket is reached.
  package static let firstWithScopes = 6

  /// As in the kernel's `linux/landlock.h`.
  private enum Right {
    static let read: UInt64 = 1 << 0 | 1 << 2  // execute, read a file
    static let writeFile: UInt64 = 1 << 1
    // Removing, making and moving everything but devices, by which root would get at whole disks.
    static let change: UInt64 = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13
    static let devices: UInt64 = 1 << 6 | 1 << 11
    static let truncate: UInt64 = 1 << 14
    static let control: UInt64 = 1 << 15  // ioctl(2) on a device

    static func known(to version: Int) -> UInt64 {
      read | writeFile | change | devices | (version >= 3 ? truncate : 0) | (version >= 5 ? control : 0)
    }
  }

  /// What every program needs of /dev. The rest of it would give root the disks.
  private static let devices =
    ["null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm"].map { "/dev/\($0)" }

  /// A ruleset for `pair_spawn` or `pair_become`, which the caller closes; -1 for none.
  ///
  /// - Throws: `PairError` where the system refuses it.
  static func ruleset(for sandbox: Sandbox) throws(PairError) -> Int32 {
    let version = version
    let scopes: UInt64 = version >= firstWithScopes ? 0b11 : 0
    if !sandbox.landlock, scopes == 0 || sandbox.bwrap == nil { return -1 }
    let known = sandbox.landlock ? Right.known(to: version) : 0
    let ruleset = pair_landlock_ruleset(known, scopes)
    if ruleset < 0 { throw .system("making a Landlock ruleset") }
    guard sandbox.landlock else { return ruleset }
    let rules = SandboxRules(
      write: sandbox.rules.write + devices, read: sandbox.rules.read, hidden: sandbox.rules.hidden + ["/dev"])
    for grant in LandlockGrants(for: rules, list: names).all() {
      let ofFile = grant.writes ? Right.read | Right.writeFile | Right.truncate : Right.read
      let more = grant.path.hasPrefix("/dev/") ? Right.control : 0
      let ofFolder = grant.writes ? ofFile | Right.change : ofFile
      // What cannot be opened here is gone, or closed to the program as well.
      if pair_landlock_allow(ruleset, grant.path, (ofFolder | more) & known, (ofFile | more) & known) != 0,
        ![ENOENT, ENOTDIR, EACCES, ENOTCONN].contains(errno)
      {
        let code = errno
        close(ruleset)
        throw .system("allowing \(grant.path) by Landlock", code: code)
      }
    }
    return ruleset
  }

  /// The names in the folder at `path`, without what cannot be looked at.
  private static func names(in path: String) -> [String] {
    var names: [String] = []
    // A folder that may be entered and not listed, or a file system that is gone: only what the rules name is allowed.
    guard let folder = try? OpenFolder(Array(path.utf8CString), shown: path) else { return [] }
    try? folder.readEntries(shown: path) { name, info in  // As above.
      if info?.kind != .link, let text = String(validatingCString: name) { names.append(text) }
    }
    return names
  }
}

import Glibc

/// Whether something stands at `path`.
func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Blocks this thread. For waits of milliseconds on another process's lock, where nothing else could go on.
package func pauseMilliseconds(_ count: UInt32) {
  usleep(count * 1000)
}

/// The names in a folder; nil when there is no such folder.
///
/// - Throws: `GitError` when it cannot be read to its end.
func names(in folder: String) throws(GitError) -> [String]? {
  guard let listing = opendir(folder) else {
    if errno == ENOENT { return nil }
    throw systemError("listing \(folder)")
  }
  defer { closedir(listing) }
  var found: [String] = []
  while true {
    errno = 0
    guard let entry = readdir(listing) else {
      if errno == 0 { return found }
      throw systemError("listing \(folder)")
    }
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { found.append(name) }
  }
}

/// The error of a system call that just failed.
func systemError(_ attempt: String) -> GitError {
  GitError(.other, attempt, because: [String(cString: strerror(errno))])
}

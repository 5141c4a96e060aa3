import Glibc

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Blocks this thread. For waits of milliseconds on another process's lock, where nothing else could go on.
package func pauseMilliseconds(_ count: UInt32) { usleep(count * 1000) }

/// The number of what is not there.
let notThere = ENOENT

/// The number of a full disk, or of what is not there, where `words` end with what strerror(3) says of it.
func systemFault(endingWords words: String) -> CInt? {
  [ENOSPC, EDQUOT, EFBIG, ENOENT].first { words.hasSuffix(": " + String(cString: strerror($0))) }
}

/// The names in a folder, and which of them may be folders; nil when there is no such folder.
func names(in folder: String) throws(GitError) -> [(name: String, isFolder: Bool)]? {
  guard let listing = opendir(folder) else {
    if errno == ENOENT { return nil }
    throw systemError("listing \(folder)")
  }
  defer { closedir(listing) }
  var found: [(name: String, isFolder: Bool)] = []
  while true {
    errno = 0
    guard let entry = readdir(listing) else {
      if errno == 0 { return found }
      throw systemError("listing \(folder)")
    }
    let type = Int32(entry.pointee.d_type)
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { found.append((name, type == DT_DIR || type == DT_UNKNOWN)) }
  }
}

/// What a file begins with; nil when there is no such file.
func bytes(of path: String, upTo limit: Int) throws(GitError) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else {
    if errno == ENOENT { return nil }
    throw systemError("reading \(path)")
  }
  defer { close(descriptor) }
  var found: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: min(limit, 1 << 16))
  while found.count < limit {
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    if count == 0 { break }
    guard count > 0 else { throw systemError("reading \(path)") }
    found += buffer[..<count]
  }
  return found
}

private func systemError(_ attempt: String) -> GitError {
  GitError(.other, attempt, because: [String(cString: strerror(errno))])
}

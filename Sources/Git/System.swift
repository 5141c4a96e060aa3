import Glibc

/// Whether something stands at `path`.
func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Whether it is a file that may be executed.
func isProgram(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
}

/// Blocks this thread. For waits of milliseconds on another process's lock, where nothing else could go on.
func pauseMilliseconds(_ count: UInt32) {
  usleep(count * 1000)
}

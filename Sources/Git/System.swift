import Glibc

/// Whether something stands at `path`.
func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Blocks this thread. For waits of milliseconds on another process's lock, where nothing else could go on.
func pauseMilliseconds(_ count: UInt32) {
  usleep(count * 1000)
}

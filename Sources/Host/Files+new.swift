import Glibc
import Synchronization

extension Files {
  private static let count = Atomic<Int>(0)

  /// A name for a file that is to take the place of `path`: no other process uses it, and no other part of this one.
  static func newName(beside path: String) -> String {
    "\(path).new-\(getpid())-\(count.add(1, ordering: .relaxed).newValue)"
  }
}

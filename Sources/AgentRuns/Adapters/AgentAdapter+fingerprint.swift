import Git
import Host
import PairCore

extension AgentAdapter {
  /// What tells one login from another without holding any of it: a few digits of a hash. Nil where there is
  /// no login to be seen.
  package func loginFingerprint(_ environment: [String: String]) -> String? {
    let secret: [UInt8]? =
      switch login(environment) {
      case .variable(let name): environment[name].map { Array($0.utf8) }
      case .file(let path):
        (try? Files.read(path, limitInBytes: 1 << 20)) ?? nil  // Unread: nothing is remembered of it.
      case .missing, .notNeeded, .unknown: nil
      }
    return secret.map { String(ObjectID.ofBlob($0).hex.prefix(8)) }
  }
}

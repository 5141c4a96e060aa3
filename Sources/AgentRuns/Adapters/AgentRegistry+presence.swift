package import PairCore

extension AgentRegistry {
  /// Whether this machine has the agent of `profile`; says nothing of approvals.
  ///
  /// - Parameter path: a PATH.
  package static func state(of profile: AgentProfile, path: String) -> AgentPresence.State {
    guard let adapter = adapter(for: profile.name, among: [profile]) else { return .noHeadlessAdapter }
    return find(adapter.programNames, path: path) == nil ? .notInstalled : .installed
  }

  /// - Throws: `PairError` of kind `noAgent` for an agent that this program cannot drive.
  package static func require(
    _ name: AgentName, among profiles: [AgentProfile]
  ) throws(PairError) -> any AgentAdapter {
    if let adapter = adapter(for: name, among: profiles) { return adapter }
    throw PairError(.noAgent, "\(name) cannot be run without a person yet")
  }

  /// - Throws: `PairError` of kind `noAgent` when the agent's program is not on `path`.
  package static func requireProgram(of adapter: any AgentAdapter, path: String) throws(PairError) -> String {
    if let program = find(adapter.programNames, path: path) { return program }
    throw PairError(
      .noAgent,
      "\(adapter.name) is not installed: no '\(adapter.programNames.joined(separator: "' or '"))' on PATH")
  }
}

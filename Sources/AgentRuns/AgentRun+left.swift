import Host
package import PairCore

extension AgentRun {
  /// What an agent said that was killed together with this program, by its run's folder; nil where its
  /// transcript is too long to be read for that.
  ///
  /// - Parameter environment: the caller's, which says where agents keep files of their own.
  package static func report(
    ofDead adapter: any AgentAdapter, resuming session: AgentSession? = nil, in folder: String,
    environment: [String: String]
  ) throws -> AgentReport? {
    var report = AgentReport()
    let path = folder + "/" + transcriptName
    guard let info = FileInfo(at: path) else { return report }
    if info.sizeInBytes > longestTranscriptInBytes { return nil }
    var reader = adapter.makeReader(resuming: session)
    for line in try FileTail.allLines(of: path) { reader.read(line: line).forEach { report.take($0) } }
    adapter.aftermath(of: report, resuming: session, environment: environment, stderr: [])
      .forEach { report.take($0) }
    return report
  }

  private static let longestTranscriptInBytes = 64 << 20
}

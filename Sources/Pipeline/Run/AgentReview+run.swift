import AgentRuns
import Git
import PairCore
import Review

extension ReviewSubject {
  init(from base: ObjectID, to commit: ObjectID, in repository: borrowing Repository) throws {
    let changes = try repository.changes(
      from: repository.tree(of: base), to: repository.tree(of: commit), lines: false)
    self.init(base: base, commit: commit, paths: changes.map(\.path), answerSchema: ReviewAnswer.schema)
  }
}

extension AgentReview {
  /// What an agent that was asked for a review has found; `snapshot` keeps what it wrote all the same.
  init(
    of subject: ReviewSubject, by attempt: AgentAttempt, _ result: AgentRun.Result, remarks: [String] = [],
    snapshot: String? = nil, worktree: String, in workspace: Workspace
  ) throws {
    let report = result.report
    let answer: Result<ReviewAnswer, Failure>
    if let failure = result.failure {
      answer = .failure(failure)
    } else {
      answer = Result { () throws(PairError) in try ReviewAnswer(message: report.finalMessage ?? "") }
        .mapError { Failure(.badOutput, $0.message) }
    }
    let tree = try workspace.repository.tree(of: subject.commit)
    let paths = try workspace.repository.files(in: tree).map(\.path) + subject.paths
    self.init(
      by: attempt.agent, run: attempt.run, answer: answer, report: report,
      costInUSD: attempt.cost(of: report).inUSD, durationInSeconds: result.durationInSeconds,
      remarks: remarks + result.remarks, snapshot: snapshot, worktree: worktree,
      redaction: workspace.credentials
    ) { path in paths.contains { $0 == path || $0.hasPrefix(path + "/") } }
  }
}

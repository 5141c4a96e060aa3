/// Tokens that a run may read and write: `low` when all goes right at once, `high` when work is done twice.
package struct TokenRange: Hashable, Sendable, Codable {
  package let low: Int
  package let high: Int
}

/// How many tokens a run is expected to take: the prompt, the files in scope as they are read, what is
/// written by the kind of work, and the work around it (searching, running, talking) by the complexity.
///
///     expected = prompt + read + written + 300 × complexity
///     low      = prompt + read + written ÷ 2 + 100 × complexity
///     high     = prompt + 2 × read + 2 × written + 600 × complexity
struct TokenEstimate {
  let expected: Int
  let range: TokenRange
  let because: String

  /// Bytes of English text or code that make a token, by the usual rule of thumb.
  static let bytesPerToken = 4
  /// Tokens of searching, running and talking that each point of complexity costs.
  private static let perPoint = 300
  /// An agent does not read a whole folder: it searches, and reads what it finds.
  private static let mostRead = 16_000

  init(of task: TaskBrief, in scope: ResolvedScope, type: TaskType, extent: TaskScope, points: Int) {
    let model = WritingModel(of: type)
    let prompt = min(max(0, task.sizeInBytes), 1 << 30) / TokenEstimate.bytesPerToken
    let declared = TokenEstimate.tokens(in: scope.existing)
    let mentioned = TokenEstimate.tokens(in: scope.mentioned)
    let changed = scope.declares ? declared : mentioned
    let read: Int
    let written: Int
    let readWords: String
    if scope.touched.isEmpty {
      read = TokenEstimate.assumedReading(of: extent)
      written = model.perNewFile
      readWords = "read \(read) (no file is known)"
    } else {
      read = min(declared.addingClamped(mentioned), TokenEstimate.mostRead)
      let new = min(scope.missing.count, 100) * model.perNewFile
      written = min(changed, TokenEstimate.mostRead) * model.percentOfChanged / 100 + max(new, model.least)
      readWords = "read \(read)"
    }
    let work = points * TokenEstimate.perPoint
    expected = prompt + read + written + work
    range = TokenRange(
      low: prompt + read + written / 2 + work / 3, high: prompt + 2 * (read + written + work))
    because =
      "task \(prompt) + \(readWords) + written \(written) + work \(points) × \(TokenEstimate.perPoint); \(range.low) to \(range.high)"
  }

  private static func tokens(in files: [ResolvedScope.File]) -> Int {
    files.reduce(0) { sum, file in sum.addingClamped(max(0, file.sizeInBytes) / bytesPerToken) }
  }

  private static func assumedReading(of extent: TaskScope) -> Int {
    switch extent {
    case .singleFile: 2_000
    case .multiFile: 6_000
    case .crossModule: 12_000
    }
  }
}

/// What each kind of work writes.
private struct WritingModel {
  /// How much of the files that it changes it writes again, in percent.
  let percentOfChanged: Int
  /// Tokens that a file that it creates has.
  let perNewFile: Int
  /// Tokens that it writes at least.
  let least: Int

  init(of type: TaskType) {
    switch type {
    case .design: (percentOfChanged, perNewFile, least) = (0, 3_000, 3_000)
    case .review: (percentOfChanged, perNewFile, least) = (0, 2_000, 2_000)
    case .refactor: (percentOfChanged, perNewFile, least) = (60, 1_500, 500)
    case .fix: (percentOfChanged, perNewFile, least) = (15, 1_200, 500)
    case .docs: (percentOfChanged, perNewFile, least) = (40, 1_500, 500)
    case .test: (percentOfChanged, perNewFile, least) = (30, 2_000, 500)
    case .implement: (percentOfChanged, perNewFile, least) = (30, 1_500, 500)
    }
  }
}

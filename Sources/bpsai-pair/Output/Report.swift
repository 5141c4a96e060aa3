import PairCore
import Pipeline

/// What a command answers: one value that holds all that its JSON and its text say.
protocol Report: Encodable {
  /// `bpsai-pair/<name>/<n>`, as docs/schemas/<name>.schema.json describes it.
  static var schema: String { get }
  /// The answer as a person reads it, line by line.
  var text: [String] { get }
  /// What a person is told beside it, on stderr.
  var remarks: [String] { get }
}

extension Report {
  var remarks: [String] { [] }
}

/// A report as JSON: its own fields and the name of their schema.
struct Stamped<Answer: Report>: Encodable {
  private enum CodingKeys: String, CodingKey { case schema }

  let report: Answer

  func encode(to encoder: any Encoder) throws {
    try report.encode(to: encoder)
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(Answer.schema, forKey: .schema)
  }
}

extension Terminal {
  /// Shows `report` in the form that was asked for.
  static func show(_ report: some Report, json: Bool) throws {
    if json { return print(try Record.json(Stamped(report: report))) }
    for line in report.remarks { say(line) }
    let text = report.text
    if !text.isEmpty { print(text.joined(separator: "\n")) }
  }

  /// The same as one of several lines of JSON.
  static func show(_ report: some Report, inLines json: Bool) throws {
    if json { print(try line(report)) } else { try show(report, json: false) }
  }

  static func line(_ report: some Report) throws -> String { try Record.line(Stamped(report: report)) }
}

/// A task file that cannot be used.
struct Fault: Encodable {
  let file: String?
  let line: Int?
  let column: Int?
  let message: String
  let hint: String?

  var text: [String] {
    let place = file.map { "\(SourceLocation(file: $0, line: line, column: column)): " } ?? ""
    return ["error: \(place)\(message)"] + hintLines(hint)
  }
}

extension Fault {
  init(_ error: PairError) {
    self.init(
      file: error.location?.file, line: error.location?.line, column: error.location?.column,
      message: error.message, hint: error.hint)
  }
}

/// What to do next, below what went wrong.
func hintLines(_ hint: String?) -> [String] { hint.map { ["hint: \($0)"] } ?? [] }

extension String {
  /// Each line made safe for a terminal, the second and those after it indented.
  var escapedLines: String { escapedLines(limit: 400) }

  func escapedLines(limit: Int) -> String {
    split(whereSeparator: \.isNewline).map { String($0).escapedForTerminal(limit: limit) }
      .joined(separator: "\n    ")
  }
}

extension ObjectID? {
  /// Its first digits; empty without one.
  var shown: String { self?.short ?? "" }
}

extension BranchName? {
  var shown: String { self?.text ?? "" }
}

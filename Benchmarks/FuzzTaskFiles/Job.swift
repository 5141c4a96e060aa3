import PairCore

/// What the command line asks for.
enum Job {
  case campaign(files: Int, seed: UInt64)
  case replay(index: Int, seed: UInt64)
  case file(String)

  /// - Throws: `PairError` of kind `usage`.
  init(_ arguments: ArraySlice<String>) throws(PairError) {
    var files = 1_000_000
    var seed: UInt64 = 1
    var index: Int?
    var file: String?
    var rest = arguments
    while let argument = rest.popFirst() {
      switch argument {
      case "--files": files = try Job.number(rest.popFirst())
      case "--seed": seed = UInt64(try Job.number(rest.popFirst()))
      case "--replay": index = try Job.number(rest.popFirst())
      case let path where !path.hasPrefix("-") && file == nil: file = path
      default: throw Job.usage
      }
    }
    self =
      if let file {
        .file(file)
      } else if let index {
        .replay(index: index, seed: seed)
      } else {
        .campaign(files: files, seed: seed)
      }
  }

  private static func number(_ text: String?) throws(PairError) -> Int {
    guard let number = text.flatMap({ Int($0) }), number >= 0 else { throw usage }
    return number
  }

  private static let usage = PairError(
    .usage, "this is no call of it",
    hint: "FuzzTaskFiles [--files N] [--seed S] | --replay INDEX [--seed S] | FILE")
}

import Git
import Ledger
import PairCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Appends events to the log of one task, as fast as it can: what `Benchmarks/ledger.py` times.
///
///     AppendEvents REPOSITORY TASK COUNT
///
/// Prints how many seconds it took.
@main
enum AppendEvents {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let count = Int(arguments[3]), count > 0 else {
      print("usage: AppendEvents REPOSITORY TASK COUNT")
      exit(2)
    }
    let repository = try Repository(containing: arguments[1])
    let log = TaskLog(try TaskID(arguments[2]))
    let user = Signature(name: "Pat", email: "pat@example.invalid", time: Timestamp(secondsSince1970: 0))
    let clock = ContinuousClock()
    let start = clock.now
    for number in 0..<count {
      // As runs do: each looks at the whole log first, and brings a file of its own.
      let files = ["outcome.json": Array("{\"number\": \(number)}\n".utf8)]
      try log.append(to: repository, by: user, files: files) { state in
        var details = TaskEvent.Details()
        details.fence = state.claims + 1
        return TaskEvent(.claimed, log.task, "\(log.task): event \(number)", details)
      }
    }
    let took = clock.now - start
    print((Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18).fixed(digits: 4))
  }
}

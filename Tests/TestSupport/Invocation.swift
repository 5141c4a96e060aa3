/// How a program that a test ran ended, and what it said.
package struct Invocation: Sendable, CustomStringConvertible {
  /// The exit status; 128 and the number for a signal.
  package let status: Int32
  package let output: String
  package let errors: String

  package var description: String { "status \(status)\n--- stdout\n\(output)--- stderr\n\(errors)---" }

  /// Runs `program` and waits for it.
  ///
  /// - Parameter limit: seconds after which it is killed, so that no test hangs.
  package static func run(
    _ program: String, _ arguments: [String], in folder: String, environment: [String: String],
    input: String = "", limit: Double = 60
  ) throws -> Invocation {
    try RunningProgram(
      program, arguments, in: folder, environment: environment, input: input, limit: limit
    ).wait()
  }
}

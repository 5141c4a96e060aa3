import CHost
import Glibc
package import PairCore

/// A process that outlives this one and that nobody waits for.
package enum Detached {
  /// Starts a program in a session of its own, with no file of this process open: what waits for the end of
  /// a pipe that this process holds (`git commit
  ///  cat`, `git push`) does not wait for it. The system's list of processes calls it `bpsai-pair`.
  package static func start(
    _ command: (program: String, arguments: [String]), environment: [String: String], folder: String,
    output: String, effects: EffectDoor
  ) throws {
    let program = command.program
    try effects.pass(.spawn, program)
    var words: [UnsafeMutablePointer<CChar>?] =
      (["bpsai-pair"] + command.arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var variables: [UnsafeMutablePointer<CChar>?] =
      environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { variables.forEach { free($0) } }
    let code = pair_spawn_detached(program, &words, &variables, folder, output)
    if code != 0 { throw PairError.system("starting \(program)", code: code) }
  }
}

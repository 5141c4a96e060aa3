extension AgentCommand {
  /// A key that the program reads from a descriptor, whose number another variable has.
  struct HandedKey {
    let variable: String
    let descriptorVariable: String
    /// One digit: sh(1) need not know others.
    let descriptor: Int
  }

  /// The same, where each of `keys` that the environment has comes through a pipe instead: what the program starts then
  /// finds it neither in its own environment nor in that of the program (proc_pid_environ(5)). The shell puts the key
  /// there, and becomes the program.
  func handing(_ keys: [HandedKey]) -> AgentCommand {
    let keys = keys.filter { environment[$0.variable]?.isEmpty == false }
    if keys.isEmpty { return self }
    let pipes = keys.map { "exec \($0.descriptor)<<E\n$\($0.variable)\nE\nunset \($0.variable)\n" }
    var handing = self
    handing.program = "/bin/sh"
    handing.arguments = ["-c", pipes.joined() + #"exec "$0" "$@""#, program] + arguments
    for key in keys { handing.environment[key.descriptorVariable] = String(key.descriptor) }
    return handing
  }
}

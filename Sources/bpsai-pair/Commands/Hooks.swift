import ArgumentParser

struct Hooks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take up tasks on every commit.",
    subcommands: [HooksInstall.self, HooksUninstall.self, HooksStatus.self, HooksTest.self])
}

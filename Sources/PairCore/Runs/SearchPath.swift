/// The folders of a PATH in which programs are looked for. Relative ones, the empty one included, are left out: they
/// would lead into whatever the working directory is, and an agent can leave programs there.
package struct SearchPath: Hashable, Sendable {
  package let folders: [String]

  /// - Parameter text: as PATH says it.
  package init(_ text: String) {
    folders = text.split(separator: ":").filter { $0.hasPrefix("/") }.map(String.init)
  }

  /// That of `environment`, else the one that most shells begin with.
  package init(in environment: [String: String]) { self.init(environment["PATH"] ?? "/usr/bin:/bin") }

  /// As a child finds it in its environment.
  package var text: String { folders.joined(separator: ":") }

  /// Where a program called `name` may stand, the first that counts first.
  package func candidates(_ name: String) -> [String] {
    folders.map { $0.hasSuffix("/") ? $0 + name : "\($0)/\(name)" }
  }
}

/// The folders of a PATH in which programs are looked for.
///
/// Relative ones, the empty one included, are left out: they would lead into whatever the working directory is, and
/// an agent can leave programs there.
public struct SearchPath: Hashable, Sendable {
  public let folders: [String]

  /// - Parameter text: as PATH says it.
  public init(_ text: String) {
    folders = text.split(separator: ":").filter { $0.hasPrefix("/") }.map(String.init)
  }

  /// That of `environment`, else the one that most shells begin with.
  public init(in environment: [String: String]) { self.init(environment["PATH"] ?? "/usr/bin:/bin") }

  /// As a child finds it in its environment.
  public var text: String { folders.joined(separator: ":") }

  /// Where a program called `name` may stand, the first that counts first.
  public func candidates(_ name: String) -> [String] {
    folders.map { $0.hasSuffix("/") ? $0 + name : "\($0)/\(name)" }
  }
}

import Git
import Glibc
import Host
import PairCore
import Synchronization

/// A fault that this process plays at one of its own effects, so that tests can try every one of them:
/// `BPSAI_PAIR_FAULT=kill@7`, `fail@7` or `full@7`. Nothing that this process starts inherits it.
struct InjectedFault: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The process dies, by SIGKILL, instead of performing the effect.
    case kill
    /// The effect fails, and those after it do not.
    case fail
    /// The disk is full from that effect on.
    case full
  }

  let kind: Kind
  /// The effect that it strikes at, counted from one.
  let number: Int

  /// - Throws: `PairError` of kind `usage` when `text` is not a kind, `@` and a number.
  init(_ text: String) throws(PairError) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])), let number = Int(parts[1]),
      number > 0
    else {
      let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw PairError(
        .usage, "BPSAI_PAIR_FAULT: '\(text.escapedForTerminal(limit: 40))' is no fault",
        hint: "Write KIND@NUMBER; the kinds are \(kinds).")
    }
    self.kind = kind
    self.number = number
  }

  /// Strikes, if it does so at `effect`, the `count`th of this process.
  func strike(at effect: Effect, _ count: Int) throws {
    switch kind {
    case .kill where count == number: Glibc.kill(getpid(), SIGKILL)
    case .fail where count == number: throw InjectedFault.error(of: effect)
    case .full where count >= number && effect.needsSpace: throw InjectedFault.error(of: effect)
    default: break
    }
  }

  /// What the real failure of `effect` throws.
  private static func error(of effect: Effect) -> any Error {
    let noSpace = "No space left on device"
    return switch effect.kind {
    case .fileWrite: PairError.system("writing \(effect.subject)", code: ENOSPC)
    case .fileRemove: PairError.system("removing \(effect.subject)", code: EIO)
    case .objectWrite: GitError(.noSpace, "writing a \(effect.subject): failed to write: \(noSpace)")
    case .refUpdate: GitError(.noSpace, "moving \(effect.subject): failed to write: \(noSpace)")
    case .logAppend: GitError(.noSpace, "appending to the log: failed to write: \(noSpace)")
    case .gitCommand:
      GitError(.noSpace, "git \(effect.subject.prefix { $0 != " " }): fatal: unable to write: \(noSpace)")
    default: PairError.system(effect.description, code: EAGAIN)
    }
  }
}

extension Effect {
  /// Whether a full disk keeps it from succeeding.
  fileprivate var needsSpace: Bool {
    switch kind {
    case .logAppend, .refUpdate, .objectWrite, .gitCommand, .fileWrite: true
    default: false
    }
  }
}

extension EffectDoor {
  /// The door of this process: tells each effect if it is asked to, and then lets `fault` strike.
  static func ofProcess(tracing: Bool, fault: InjectedFault?) -> EffectDoor {
    guard tracing || fault != nil else { return .open }
    let counter = EffectCounter()
    return EffectDoor { effect in
      let count = counter.next()
      if tracing { Terminal.say("[effect] \(effect)") }
      try fault?.strike(at: effect, count)
    }
  }
}

/// Counts the effects of a process, from one.
private final class EffectCounter: Sendable {
  private let count = Atomic<Int>(0)

  func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}

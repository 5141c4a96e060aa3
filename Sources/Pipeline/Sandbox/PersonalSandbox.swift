import Git
import PairCore
import TaskFiles

/// What the person who runs this program wants of sandboxes on this machine, by git's configuration: `bpsai-pair.sandbox`
/// (`auto`, `require` or `off`), and `bpsai-pair.sandboxWrite` for each path that may be written besides, and below which
/// nothing is hidden.
struct PersonalSandbox {
  static let key = "bpsai-pair.sandbox"

  fileprivate var wish = "auto"
  var write: [String] = []

  init(in repository: borrowing Repository) throws {
    for setting in try repository.settings(matching: #"^bpsai-pair\.sandbox"#) {
      switch setting.name {
      case PersonalSandbox.key where ["auto", "require", "off"].contains(setting.value): wish = setting.value
      case "bpsai-pair.sandboxwrite" where setting.value.hasPrefix("/") || setting.value.hasPrefix("~/"):
        write.append(setting.value)
      default:
        throw PairError(
          .invalidInput,
          "git's configuration has \(setting.name) = \(setting.value.escapedForTerminal(limit: 100))",
          hint: "\(PersonalSandbox.key) is auto, require or off; bpsai-pair.sandboxWrite is an absolute path."
        )
      }
    }
  }
}

extension SandboxSettings {
  /// These, and what the person wants.
  func with(_ person: PersonalSandbox) -> SandboxSettings {
    var own = self
    if person.wish == "off" { own.isOn = false }
    if person.wish == "require" { own.required.insert(.files) }
    return own
  }
}

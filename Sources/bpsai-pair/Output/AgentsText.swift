import PairCore
import Pipeline

/// The agents as a person reads of them.
struct AgentsText {
  private let agents: [AgentStatus]

  init(_ agents: [AgentStatus]) { self.agents = agents }

  var lines: [String] {
    var table = Table([.left, .left, .left, .left, .right, .right, .left])
    table.add(["AGENT", "VERSION", "TRIED WITH", "LOGIN", "PER 1K", "CONTEXT", "PROGRAM"])
    for agent in agents {
      table.add([
        agent.profile.name.text.escapedForTerminal(limit: 40), agent.installed,
        agent.hasAdapter ? agent.testedVersion ?? "unverified" : "–", agent.shownLogin,
        "$" + agent.profile.costPer1kTokensInUSD.fixed(digits: 4), agent.profile.contextLimit.grouped,
        agent.program?.escapedForTerminal() ?? "–",
      ])
    }
    var modes = Table([.left, .left, .left, .left])
    modes.add(["AGENT", "MODE", "ASKED FOR WITH", "REMARK"])
    for agent in agents {
      for mode in RunMode.allCases {
        guard let flags = agent.modes[mode] else { continue }
        modes.add([
          agent.profile.name.text.escapedForTerminal(limit: 40), mode.rawValue,
          flags.arguments.joined(separator: " "), flags.remark ?? "–",
        ])
      }
    }
    let ill = agents.compactMap { agent in
      agent.unavailability.map { "\(agent.profile.name) is out until \($0.until): \($0.reason)" }
    }
    return table.lines() + prices + (ill.isEmpty ? [] : [""] + ill) + [""] + modes.lines()
  }

  /// US dollars per million tokens, for agents whose models have a price of their own.
  private var prices: [String] {
    var table = Table([.left, .left, .right, .right, .right])
    table.add(["AGENT", "MODEL", "INPUT/M", "CACHED/M", "OUTPUT/M"])
    let priced = agents.filter { !$0.prices.isEmpty }
    for agent in priced {
      for (model, price) in agent.prices.all {
        table.add([
          agent.profile.name.text.escapedForTerminal(limit: 40), model.escapedForTerminal(limit: 60),
          price.input.inDollars, price.cachedInput.inDollars, price.output.inDollars,
        ])
      }
    }
    return priced.isEmpty ? [] : [""] + table.lines()
  }
}

extension AgentStatus {
  fileprivate var installed: String {
    guard hasAdapter else { return "cannot be run yet" }
    return program == nil ? "not installed" : version ?? (profile.command == nil ? "names none" : "installed")
  }

  fileprivate var shownLogin: String {
    switch login {
    case .variable(let name): setUp.isPrivate ? "\(name), private home" : name
    case .file(let path): path.escapedForTerminal()
    case .missing: "none"
    case .notNeeded: "not needed"
    case .unknown: "?"
    }
  }
}

/// What `agents --json` prints.
struct AgentsRecord: Encodable {
  struct Login: Encodable {
    /// `variable`, `file`, `missing`, `not-needed` or `unknown`.
    let state: String
    /// The variable's name or the file's path; never what it holds.
    let from: String?
    /// Why it is unknown.
    let reason: String?
    /// Whether each run gets a home of its own, with nothing but that key.
    let privateHome: Bool
  }

  struct Mode: Encodable {
    let mode: RunMode
    let arguments: [String]
    let remark: String?
  }

  /// US dollars per million tokens.
  struct Price: Encodable {
    /// `default` for models without a price of their own.
    let model: String
    let input: Double
    let cachedInput: Double
    let output: Double
  }

  struct Item: Encodable {
    let name: AgentName
    /// Whether this program can drive it.
    let hasAdapter: Bool
    let installed: Bool
    let program: String?
    let version: String?
    /// Absent where the adapter was written from documentation alone.
    let testedVersion: String?
    let login: Login
    /// ISO 8601; absent for an agent against which nothing is known.
    let unhealthyUntil: String?
    let unhealthyBecause: String?
    let modes: [Mode]
    let costPer1kTokensInUSD: Double
    let prices: [Price]
    let contextLimit: Int
    let availability: AgentProfile.Availability
  }

  let schema = "bpsai-pair/agents/1"
  let agents: [Item]

  init(_ agents: [AgentStatus]) {
    self.agents = agents.map { agent in
      Item(
        name: agent.profile.name, hasAdapter: agent.hasAdapter, installed: agent.program != nil,
        program: agent.program, version: agent.version, testedVersion: agent.testedVersion,
        login: agent.loginRecord, unhealthyUntil: agent.unavailability?.until.description,
        unhealthyBecause: agent.unavailability?.reason,
        modes: RunMode.allCases.compactMap { mode in
          agent.modes[mode].map { Mode(mode: mode, arguments: $0.arguments, remark: $0.remark) }
        },
        costPer1kTokensInUSD: agent.profile.costPer1kTokensInUSD,
        prices: agent.prices.all.map { model, price in
          Price(model: model, input: price.input, cachedInput: price.cachedInput, output: price.output)
        },
        contextLimit: agent.profile.contextLimit,
        availability: agent.profile.availability)
    }
  }
}

extension AgentStatus {
  fileprivate var loginRecord: AgentsRecord.Login {
    let (state, from, reason): (String, String?, String?) =
      switch login {
      case .variable(let name): ("variable", name, nil)
      case .file(let path): ("file", path, nil)
      case .missing: ("missing", nil, nil)
      case .notNeeded: ("not-needed", nil, nil)
      case .unknown(let why): ("unknown", nil, why)
      }
    return .init(state: state, from: from, reason: reason, privateHome: setUp.isPrivate)
  }
}

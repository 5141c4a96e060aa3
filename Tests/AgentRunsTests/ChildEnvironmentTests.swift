import PairCore
import Testing

@testable import AgentRuns

@Suite struct ChildEnvironmentTests {
  /// Names of variables that developers and CI systems keep credentials in, or what leads to some.
  static let credentials = """
    ACTIONS_ID_TOKEN_REQUEST_TOKEN ACTIONS_RUNTIME_TOKEN ANSIBLE_VAULT_PASSWORD_FILE ARTIFACTORY_API_KEY \
    ARTIFACTORY_USER AWS_ACCESS_KEY_ID AWS_PROFILE AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN \
    AWS_SHARED_CREDENTIALS_FILE AWS_WEB_IDENTITY_TOKEN_FILE AZURE_CLIENT_ID AZURE_CLIENT_SECRET \
    AZURE_STORAGE_CONNECTION_STRING BASH_ENV BITBUCKET_STEP_OIDC_TOKEN BUILDKITE_AGENT_ACCESS_TOKEN \
    BUNDLE_GEMS__EXAMPLE__COM BUNDLE_RUBYGEMS__PKG__GITHUB__COM CARGO_REGISTRY_TOKEN CI_DEPLOY_PASSWORD CI_JOB_JWT \
    CI_JOB_JWT_V2 CI_JOB_TOKEN CI_REGISTRY_PASSWORD CIRCLE_OIDC_TOKEN CLOUDFLARE_API_TOKEN CODECOV_TOKEN \
    COMPOSER_AUTH CONDA_TOKEN COSIGN_KEY CYPRESS_RECORD_KEY DATABASE_URL DB_PASS DBUS_SESSION_BUS_ADDRESS DENO_AUTH_TOKENS \
    DIGITALOCEAN_ACCESS_TOKEN DIRENV_DIFF DISCORD_WEBHOOK DISPLAY DOCKER_AUTH_CONFIG DOCKER_CONFIG DOCKER_HOST \
    DOCKER_PASSWORD DRONE_NETRC_PASSWORD GEM_HOST_API_KEY GH_TOKEN GIT_ASKPASS GIT_SSH_COMMAND GITHUB_ENV GITHUB_OUTPUT \
    GITHUB_PATH GITHUB_TOKEN GITLAB_TOKEN GOAUTH GOOGLE_APPLICATION_CREDENTIALS GPG_AGENT_INFO GPG_PASSPHRASE \
    GRADLE_ENCRYPTION_KEY HEROKU_API_KEY HEX_API_KEY HF_TOKEN HOMEBREW_GITHUB_API_TOKEN IDENTITY_HEADER KRB5CCNAME \
    KUBECONFIG MATCH_PASSWORD MISE_GITHUB_TOKEN MONGODB_URI MYSQL_PWD NETRC NIX_CONFIG NODE_AUTH_TOKEN \
    NPM_CONFIG_OTP NPM_CONFIG_USERCONFIG NPM_TOKEN NUGET_API_KEY NUGETPACKAGESOURCECREDENTIALS_FEED \
    ORG_GRADLE_PROJECT_SIGNINGKEY OTEL_EXPORTER_OTLP_HEADERS PGPASSFILE PGPASSWORD POETRY_HTTP_BASIC_FEED_PASSWORD \
    POETRY_PYPI_TOKEN_PYPI REDIS_URL SENTRY_AUTH_TOKEN SENTRY_DSN SLACK_WEBHOOK_URL SMTP_PASS SNYK_TOKEN \
    SOPS_AGE_KEY_FILE SSH_AGENT_PID SSH_ASKPASS SSH_AUTH_SOCK STRIPE_SECRET_KEY SYSTEM_ACCESSTOKEN TF_VAR_DB_PASS \
    TURBO_TOKEN TWILIO_ACCOUNT_SID TWINE_PASSWORD UV_INDEX_FEED_PASSWORD UV_PUBLISH_TOKEN VAULT_ADDR VAULT_TOKEN \
    VSS_NUGET_EXTERNAL_FEED_ENDPOINTS XAUTHORITY XDG_RUNTIME_DIR YARN_NPM_AUTH_IDENT npm_config__auth \
    npm_config__authToken stripe_key npm_config_//registry.example.com/:_authToken __MISE_DIFF
    """.split(separator: " ").map(String.init)

  private static let keysOfAgents = [
    "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "CODEX_API_KEY", "OPENAI_API_KEY",
    "CURSOR_API_KEY",
  ]

  /// Where git works for the caller, how it reaches others, and our own settings.
  private static let places = [
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0",
    "GIT_CONFIG_VALUE_0",
    "GIT_CONFIG_PARAMETERS", "GIT_CONFIG", "GIT_AUTHOR_NAME", "GIT_EDITOR", "GIT_QUARANTINE_PATH",
    "GIT_SSL_KEY",
    "BPSAI_PAIR_HOME", "PWD", "OLDPWD", "MY_OWN",
  ]

  private static func environment(_ names: [String], _ value: String = "x") -> [String: String] {
    Dictionary(uniqueKeysWithValues: names.map { ($0, value) })
  }

  @Test func `no credential gets to a check, a set-up command or a filter`() {
    #expect(Self.credentials.count >= 80)
    let all = Self.environment(Self.credentials + Self.keysOfAgents + Self.places)
    #expect(ChildEnvironment.inherited(from: all).keys.sorted() == [])
  }

  @Test func `an agent gets its own keys, and no other credential`() {
    let all = Self.environment(Self.credentials + Self.keysOfAgents + Self.places)
    let own: [AgentName: [String]] = [
      .claudeCode: ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"],
      .codexCLI: ["CODEX_API_KEY", "OPENAI_API_KEY"], .cursor: ["CURSOR_API_KEY"], .recipe: [],
    ]
    for adapter in AgentRegistry.adapters {
      let given = adapter.command(for: Samples.request(.auto, environment: all)).environment
      #expect(Set(given.keys).intersection(all.keys) == Set(own[adapter.name] ?? []), "\(adapter.name)")
    }
  }

  @Test func `a cloud's login goes to claude where its model is in that cloud`() {
    let names = [
      "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "GOOGLE_APPLICATION_CREDENTIALS", "AZURE_CLIENT_SECRET",
    ]
    func given(_ more: [String: String]) -> Set<String> {
      let all = Self.environment(names).merging(more) { $1 }
      let request = Samples.request(.auto, environment: all)
      return Set(ClaudeAdapter().command(for: request).environment.keys).intersection(names)
    }
    #expect(given([:]) == [])
    #expect(given(["CLAUDE_CODE_USE_BEDROCK": "1"]) == ["AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"])
    #expect(given(["CLAUDE_CODE_USE_VERTEX": "1"]) == ["GOOGLE_APPLICATION_CREDENTIALS"])
    #expect(given(["CLAUDE_CODE_USE_FOUNDRY": "1"]) == ["AZURE_CLIENT_SECRET"])
  }

  @Test func `claude gets no key that its model is not reached with`() {
    let names = ["ANTHROPIC_ADMIN_KEY", "ANTHROPIC_FOUNDRY_API_KEY", "CLAUDE_TRUSTED_DEVICE_TOKEN"]
    let request = Samples.request(.auto, environment: Self.environment(names + ["ANTHROPIC_MODEL"]))
    let given = ClaudeAdapter().command(for: request).environment
    #expect(Set(given.keys).intersection(names) == [])
    #expect(given["ANTHROPIC_MODEL"] == "x")
  }

  @Test(
    arguments: [
      "PATH", "HOME", "USER", "SHELL", "LANG", "LC_CTYPE", "TZ", "TERM", "NO_COLOR", "TMPDIR",
      "XDG_CACHE_HOME", "CI",
      "GITHUB_ACTIONS", "GITHUB_SHA", "CI_COMMIT_SHA", "JAVA_HOME", "JAVA_HOME_17_X64", "GOPATH", "GOFLAGS",
      "GOPRIVATE", "CARGO_HOME", "CARGO_TARGET_DIR", "RUSTUP_HOME", "NVM_DIR", "NODE_OPTIONS", "NODE_ENV",
      "npm_config_cache", "npm_config_registry", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "PIP_INDEX_URL",
      "UV_CACHE_DIR", "DOTNET_ROOT", "ANDROID_HOME", "MAVEN_OPTS", "GRADLE_USER_HOME", "CC", "CXX", "CFLAGS",
      "LD_LIBRARY_PATH", "PKG_CONFIG_PATH", "SDKROOT", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "HTTPS_PROXY",
      "https_proxy", "no_proxy", "NIX_PATH", "GIT_CONFIG_GLOBAL", "GIT_SSL_CAINFO", "PAIRCODER_TASK",
      "PAIRCODER_RUN",
      "GIT_TERMINAL_PROMPT",
    ])
  func `what builds need stays`(_ name: String) {
    #expect(ChildEnvironment.inherited(from: [name: "/x"]) == [name: "/x"])
  }

  @Test(arguments: ["PIP_INDEX_URL", "HTTPS_PROXY", "GOPROXY", "CCACHE_REMOTE_STORAGE", "NODE_OPTIONS"])
  func `a value with a password in it stays out`(_ name: String) {
    #expect(ChildEnvironment.inherited(from: [name: "http://ada:x@host:3128"]).isEmpty)
  }

  @Test func `an agent gets a proxy with its password, a recipe does not`() {
    let environment = ["https_proxy": "http://ada:x@host:3128"]
    for adapter in AgentRegistry.adapters {
      let given = adapter.command(for: Samples.request(.auto, environment: environment)).environment
      #expect((given["https_proxy"] != nil) == (adapter.name != .recipe), "\(adapter.name)")
    }
  }

  @Test func `what was asked for goes to an agent and to a check, but not where git works`() {
    let environment = Self.environment([
      "SSH_AUTH_SOCK", "MY_TOKEN", "MY_OTHER", "NOT_MY", "GIT_DIR", "GIT_SSH_COMMAND",
    ])
    let asked: [VariablePattern] = ["SSH_AUTH_SOCK", "my_*", "GIT_*"]
    let expected: Set = ["SSH_AUTH_SOCK", "MY_TOKEN", "MY_OTHER", "GIT_SSH_COMMAND"]
    #expect(Set(ChildEnvironment.inherited(from: environment, keys: asked).keys) == expected)
    for adapter in AgentRegistry.adapters {
      let request = Samples.request(.auto, environment: environment, variables: asked)
      let given = adapter.command(for: request).environment
      #expect(Set(given.keys).intersection(environment.keys) == expected, "\(adapter.name)")
    }
  }
}

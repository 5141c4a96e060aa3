import AgentRuns
import Testing

@Suite struct ChildEnvironmentTests {
  @Test(
    arguments: [
      "PATH", "HOME", "LANG", "SSH_AUTH_SOCK", "HTTPS_PROXY", "DISPLAY", "KEYBOARD", "PATTERN", "COMPASS",
      "PWD", "OLDPWD", "BASE_URL",
      "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY",
      "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM", "PAIRCODER_TASK", "PAIRCODER_RUN",
    ])
  func `what a child needs stays`(_ name: String) {
    #expect(ChildEnvironment.scrubbed([name: "x"]) == [name: "x"])
  }

  @Test(
    arguments: [
      "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0",
      "GIT_CONFIG_VALUE_0", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG", "GIT_AUTHOR_NAME", "GIT_EDITOR",
      "GIT_QUARANTINE_PATH", "BPSAI_PAIR_HOME", "GITHUB_TOKEN", "CI_JOB_TOKEN", "npm_config__authToken",
      "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD", "MYSQL_PASSWD", "GOOGLE_APPLICATION_CREDENTIALS",
      "DEPLOY_PRIVATE_PEM", "STRIPE_KEY", "AZURE_PAT", "MYAPIKEY", "stripe_key",
      "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "SMTP_PASS", "DATABASE_URL", "PROD_DATABASE_URL", "SENTRY_DSN",
      "SSH_PASSPHRASE", "SMTP_PWD", "NPM_AUTH", "REDIS_URL", "MONGODB_URI",
    ])
  func `where git works, our own settings and credentials do not`(_ name: String) {
    #expect(ChildEnvironment.scrubbed([name: "x"]).isEmpty)
  }

  @Test func `an address goes to a child only without a password in it`() {
    let environment = ["A_URL": "https://ada:x@host", "B_URL": "https://host"]
    #expect(ChildEnvironment.scrubbed(environment) == ["B_URL": "https://host"])
  }

  @Test func `an agent keeps its own credentials and no other agent's`() {
    let environment = [
      "ANTHROPIC_API_KEY": "a", "CLAUDE_CODE_OAUTH_TOKEN": "b", "OPENAI_API_KEY": "c",
      "MY_ANTHROPIC_KEY": "d",
    ]
    #expect(
      ChildEnvironment.scrubbed(environment, keeping: ["ANTHROPIC_", "CLAUDE_"])
        == ["ANTHROPIC_API_KEY": "a", "CLAUDE_CODE_OAUTH_TOKEN": "b"])
  }

  @Test func `a kept prefix does not let git's own variables through`() {
    #expect(ChildEnvironment.scrubbed(["GIT_DIR": "x"], keeping: ["GIT_"]).isEmpty)
  }
}

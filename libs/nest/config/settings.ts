import { STAGES } from "@leverframe/kernel";
import {
  type ConfigOf,
  choice,
  choices,
  flag,
  optionalChoice,
  optionalFlag,
  optionalText,
  optionalWholeNumber,
  ratio,
  text,
  texts,
  url,
  wholeNumber,
} from "./setting";

const concurrencyOf = (stage: string) =>
  optionalWholeNumber(1, 100_000, {
    fallback: null,
    doc: `Records of ${stage} that are handled at once in this process; unset, the stage's own default.`,
  });

/** Every key of the configuration. The environment variable of `kafka.brokers` is `LEVERFRAME_KAFKA_BROKERS`. */
export const SETTINGS = {
  profile: choice(["embedded", "cluster"], {
    fallback: "embedded",
    doc: "`embedded`: SQLite log and stores in `dataDir`; `cluster`: Kafka, schema registry, Redis, ClickHouse.",
  }),
  dataDir: text({ fallback: ".leverframe", doc: "Where the embedded profile keeps its files." }),
  topicPrefix: text({ fallback: "", doc: "Stands before each topic and consumer group name." }, /^[A-Za-z0-9._-]{0,64}$/, "letters, digits, `.`, `_`, `-`"),
  applications: texts(
    { fallback: ["default"], doc: "Applications with a `requests.<application>` topic; `default` owns the plain pair." },
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    "names of lower-case letters, digits and `-`",
  ),
  provisionTopics: optionalFlag({ fallback: null, doc: "Create missing topics at start; unset: only in the embedded profile." }),
  stages: choices(STAGES, { fallback: [], doc: "Stages that run in this process; empty: every one it holds." }),
  chaining: {
    enabled: flag({ fallback: true, doc: "Hand events between adjacent stages of this process in memory." }),
    cutBefore: choices(STAGES, {
      fallback: ["evaluator", "analytics-sink", "notifier"],
      doc: "Stages that start from a durable event. The executor always does.",
    }),
  },
  concurrency: {
    classifier: concurrencyOf("classifier"),
    policyGate: concurrencyOf("policy-gate"),
    selector: concurrencyOf("selector"),
    budgetLedger: concurrencyOf("budget-ledger"),
    executor: concurrencyOf("executor"),
    evaluator: concurrencyOf("evaluator"),
    analyticsSink: concurrencyOf("analytics-sink"),
    notifier: concurrencyOf("notifier"),
  },
  commitEveryMs: wholeNumber(1, 60_000, { fallback: 1_000, doc: "Longest time between a finished record and the commit of its offset: what a crash may have repeated." }),
  drainMsMax: wholeNumber(0, 600_000, { fallback: 30_000, doc: "Longest wait for records in flight at shutdown." }),
  recordBytesMax: wholeNumber(1_024, 64 * 1_048_576, { fallback: 1_048_576, doc: "Largest request record that is accepted." }),
  kafka: {
    brokers: texts({ fallback: [], doc: "Bootstrap brokers." }, /^[^\s:]+:\d{1,5}$/, "`host:port`"),
    clientId: text({ fallback: "leverframe", doc: "Client name in the broker's logs and quotas." }),
    ssl: flag({ fallback: false, doc: "TLS to the brokers." }),
    sasl: {
      mechanism: optionalChoice(["plain", "scram-sha-256", "scram-sha-512"], { fallback: null, doc: "Unset: no SASL." }),
      username: optionalText({ fallback: null, doc: "SASL user." }),
      password: optionalText({ fallback: null, doc: "SASL password.", secret: true }),
    },
  },
  registry: {
    url: url({ fallback: null, doc: "Confluent-compatible schema registry (cluster profile).", secret: true }, ["http:", "https:"]),
  },
  redis: {
    url: url({ fallback: null, doc: "Redis or Valkey of the ledger (cluster profile).", secret: true }, ["redis:", "rediss:"]),
    epoch: optionalText(
      { fallback: null, doc: "Epoch of the ledger that must be found (stages log it at start): with another one nothing is paid, also after a rebuild, until this is changed. Unset: the one that is there at start, and the next one after a rebuild." },
      /^[A-Za-z0-9._:-]{1,100}$/,
      "an epoch such as `leverframe ledger rebuild` names it",
    ),
    durability: choice(["require", "warn", "ignore"], {
      fallback: "require",
      doc: "What is done about a Redis that may forget what it answered (`appendonly` is not `yes`, or `appendfsync` not `always`): not starting, a warning, or nothing. One that does not tell is warned about.",
    }),
    replicasMin: wholeNumber(0, 16, {
      fallback: 0,
      doc: "Replicas that must hold a write before it is answered, so that one of them may take over without loss. With 0 a failover to a replica that lags behind stops the ledger until it is rebuilt.",
    }),
  },
  clickhouse: {
    url: url({ fallback: null, doc: "ClickHouse server (cluster profile).", secret: true }, ["http:", "https:"]),
  },
  policies: {
    dir: text({ fallback: "policies", doc: "Folder of the policy set." }),
    gitRef: optionalText(
      { fallback: null, doc: "Branch, tag or revision that the set is loaded from, instead of the folder's files; the folder lies in a git work tree." },
      /^[A-Za-z0-9][A-Za-z0-9._/@{}^~-]{0,199}$/,
      "a git revision",
    ),
    watchMs: wholeNumber(0, 3_600_000, { fallback: 1_000, doc: "Time between two looks for another policy set; 0: only the one at start." }),
    balancesWaitMs: wholeNumber(10, 60_000, { fallback: 500, doc: "Longest wait of a decision for the balances that its rules ask about, and how long an error is believed; meanwhile their bands are unknown, and restricting rules fire." }),
  },
  providers: {
    baseUrls: texts(
      { fallback: [], doc: "Addresses that stand in for those of the catalog, as `provider=url` (a simulator, a proxy)." },
      /^[^\s=]+=https?:\/\/\S+$/,
      "`provider=http://…`",
    ),
  },
  health: {
    exchangeMs: wholeNumber(50, 60_000, { fallback: 500, doc: "Time between two exchanges with the shared health store: what one instance sees, the others know after two of them." }),
    failuresInRowMax: wholeNumber(1, 1_000, { fallback: 3, doc: "Failures in a row after which a deployment is not called for a while." }),
    successRateMin: ratio({ fallback: 0.9, doc: "Share of successes below which a deployment is degraded." }),
    latencyMsMax: wholeNumber(1, 3_600_000, { fallback: 5_000, doc: "A deployment whose usual answer takes longer is degraded." }),
    ejectedShareMax: ratio({ fallback: 0.5, doc: "Share of one model's deployments that may be left out at once for doing worse than the others; one always stays." }),
    concurrencyMax: wholeNumber(1, 100_000, { fallback: 1_024, doc: "Calls of one deployment that one instance makes at once, at most; fewer while the provider shows overload." }),
    whenAllSkipped: choice(["attempt", "refuse"], {
      fallback: "attempt",
      doc: "What happens when no candidate of a plan is fit to be called: each is called once all the same, or the request is refused as `unavailable`.",
    }),
  },
  vault: {
    url: url({ fallback: null, doc: "Secret manager for keys of the form `{ vault: <path>#<field> }`: HashiCorp Vault, or what speaks its HTTP API (KV version 2)." }, ["http:", "https:"]),
    token: optionalText({ fallback: null, secret: true, doc: "Its token." }),
    tokenFile: optionalText({ fallback: null, doc: "File that an agent keeps a token in, instead of `vault.token`." }),
    roleId: optionalText({ fallback: null, doc: "AppRole to log in with, instead of a token." }),
    secretId: optionalText({ fallback: null, secret: true, doc: "The AppRole's secret id." }),
    namespace: optionalText({ fallback: null, doc: "Its namespace." }),
  },
  permit: {
    keys: optionalText(
      {
        fallback: null,
        secret: true,
        doc: "Keys of permit signatures, `kid:hex,kid2:hex`; the first one signs, all verify. The embedded profile makes its own.",
      },
      /^[A-Za-z0-9_-]{1,32}:([0-9a-fA-F]{2}){32,64}(,[A-Za-z0-9_-]{1,32}:([0-9a-fA-F]{2}){32,64})*$/,
      "`kid:hex` with 32 to 64 bytes of hex, several parted by commas",
    ),
  },
  ledger: {
    keepHours: wholeNumber(1, 168, {
      fallback: 72,
      doc: "How long answers, and cleared reservations with the outcomes of their calls, are remembered: longer than any redelivery takes, and no longer than policies may demand (7 days).",
    }),
    archiveSeconds: wholeNumber(0, 86_400, { fallback: 60, doc: "Time between two looks for accounts whose time is over: they are closed into the journal, and leave the store. 0: never." }),
    keepAccountDays: {
      hour: wholeNumber(8, 3_660, { fallback: 8, doc: "How long accounts of an hour stay in the store after it is over: longer than anything of a request stays in the log." }),
      day: wholeNumber(8, 3_660, { fallback: 35, doc: "… of a day or a week." }),
      month: wholeNumber(8, 36_600, { fallback: 400, doc: "… of a month, a quarter or a year." }),
      run: wholeNumber(1, 3_660, { fallback: 35, doc: "… of an agent run, after something was last charged to it. One that comes back begins at zero." }),
    },
    usageDir: optionalText({ fallback: null, doc: "Folder that usage reports of providers or proxies are dropped into (CSV: `attempt_id`, `cost_usd`, `total_tokens`): the budget-ledger settles by them what was charged without a count. Unset: none." }),
    sweepSeconds: wholeNumber(1, 3_600, { fallback: 30, doc: "Time between two looks for reservations that nobody cleared." }),
    abandonedCallSeconds: wholeNumber(1, 86_400, {
      fallback: 900,
      doc: "A call under way for longer is taken as lost and charged at its worst case; longer than any call takes.",
    }),
    abandonedRequestSeconds: wholeNumber(1, 604_800, {
      fallback: 7_200,
      doc: "A reservation that is older and has no call under way is released; longer than any request waits, its deadline included.",
    }),
  },
  notifier: {
    horizonHours: wholeNumber(1, 720, { fallback: 24, doc: "How long an alert is tried before its record becomes a dead letter." }),
    timeoutMs: wholeNumber(100, 120_000, { fallback: 10_000, doc: "Longest wait for a channel to take one alert." }),
    keepDays: wholeNumber(1, 400, { fallback: 40, doc: "How long it is remembered which channel was told what: longer than `budget-status` is kept." }),
    watchMs: wholeNumber(0, 86_400_000, { fallback: 60_000, doc: "Time between two looks for unusual spend and forecasts above a cap; 0: never." }),
  },
  smtp: {
    url: url({ fallback: null, doc: "Mail server of e-mail alerts, such as `smtps://user:password@host:465`.", secret: true }, ["smtp:", "smtps:"]),
    from: optionalText({ fallback: null, doc: "Sender of e-mail alerts." }, /^[^\s@<>",;]{1,64}@[A-Za-z0-9.-]{1,255}$/, "an address such as `leverframe@example.com`"),
  },
  http: {
    host: text({ fallback: "127.0.0.1", doc: "Address that health and metrics listen on." }),
    port: wholeNumber(0, 65_535, { fallback: 0, doc: "Their port; 0: any free one." }),
  },
  log: {
    level: choice(["trace", "debug", "info", "warn", "error", "fatal", "silent"], { fallback: "info", doc: "Least severity that is logged." }),
  },
  otlp: {
    endpoint: url({ fallback: null, doc: "OTLP/HTTP traces address, such as `http://collector:4318/v1/traces`; unset: no spans." }, ["http:", "https:"]),
    sampleRatio: ratio({ fallback: 1, doc: "Share of new traces that are recorded." }),
  },
} as const;

export type Config = ConfigOf<typeof SETTINGS>;

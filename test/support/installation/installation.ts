import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LAYOUTS, type Layout } from "./layout";
import { ROOT } from "./root";
import { ServiceProcess } from "./service-process";
import { TestClient } from "./test-client";

export interface InstallationOptions {
  readonly layout: Layout;
  /** Where the simulated providers answer. */
  readonly simulatorUrl: string;
  /** The environment of a running cluster (`startCluster(…).env`); without it the profile is `embedded`. */
  readonly clusterEnv?: Readonly<Record<string, string>>;
  /** Data folder; a fresh temporary one when absent. */
  readonly dataDir?: string;
  readonly policiesDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** One key for all, so that permits of several installations can be compared. */
export const PERMIT_KEY = { kid: "test", hex: "5a".repeat(32) } as const;

const PROVIDER_PATHS = { openai: "/openai/v1", oss: "/oss/v1", anthropic: "/anthropic", boundary: "/boundary" } as const;
const KEY_VARIABLES = ["OPENAI_API_KEY", "OSS_API_KEY", "ANTHROPIC_API_KEY", "BOUNDARY_API_KEY"];
const REDIS_DATABASES = 16;
let installations = 0;

/** Leverframe as somebody installs it: real processes on one data folder or one cluster. */
export class Installation {
  private readonly clients: TestClient[] = [];

  private constructor(
    readonly dataDir: string,
    readonly policiesDir: string,
    /** What every process is configured by. */
    readonly env: Readonly<Record<string, string>>,
    readonly services: ReadonlyMap<string, ServiceProcess>,
    private readonly temporary: boolean,
  ) {}

  /** Prepared, with its topics, and nothing running. */
  static async prepare(options: InstallationOptions): Promise<Installation> {
    const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), "leverframe-test-"));
    const policiesDir = options.policiesDir ?? path.join(ROOT, "policies");
    const env = environmentOf(options, dataDir, policiesDir, installations++);
    mkdirSync(path.join(dataDir, "logs"), { recursive: true });
    const services = new Map(
      LAYOUTS[options.layout].map((plan) => [plan.name, new ServiceProcess(plan, env, path.join(dataDir, "logs", `${plan.name}.log`))]),
    );
    return new Installation(dataDir, policiesDir, env, services, options.dataDir === undefined);
  }

  static async start(options: InstallationOptions): Promise<Installation> {
    const installation = await Installation.prepare(options);
    try {
      const client = await installation.client();
      await client.provision();
      await installation.startServices();
      return installation;
    } catch (error) {
      await installation.destroy();
      throw error;
    }
  }

  async startServices(): Promise<void> {
    const started = await Promise.allSettled([...this.services.values()].map((service) => service.start()));
    const failed = started.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }

  service(name: string): ServiceProcess {
    const service = this.services.get(name);
    if (!service) throw new Error(`no service \`${name}\` in this layout, expected one of ${[...this.services.keys()].join(", ")}`);
    return service;
  }

  /** A client on the same log, closed with the installation. */
  async client(): Promise<TestClient> {
    const client = await TestClient.open(this.env, this.policiesDir);
    this.clients.push(client);
    return client;
  }

  /** SIGTERM to every process at once; the exit code of each. */
  async stopServices(): Promise<Readonly<Record<string, number | null>>> {
    const exits = [...this.services].filter(([, service]) => service.running).map(async ([name, service]) => [name, await service.stop()] as const);
    return Object.fromEntries(await Promise.all(exits));
  }

  /** Copies what the embedded profile keeps; nothing may be running or open on it. */
  copyDataTo(folder: string): void {
    cpSync(this.dataDir, folder, { recursive: true });
  }

  async closeClients(): Promise<void> {
    for (const client of this.clients.splice(0)) await client.close();
  }

  /** Ends what still runs and removes a temporary data folder; `LEVERFRAME_TEST_KEEP=1` leaves it, with its logs, for reading. */
  async destroy(): Promise<void> {
    await this.closeClients();
    await Promise.all([...this.services.values()].map((service) => service.kill()));
    if (this.temporary && process.env["LEVERFRAME_TEST_KEEP"] !== "1") rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function environmentOf(
  { simulatorUrl, clusterEnv, env }: InstallationOptions,
  dataDir: string,
  policiesDir: string,
  ordinal: number,
): Record<string, string> {
  const addresses = Object.entries(PROVIDER_PATHS).map(([provider, at]) => `${provider}=${simulatorUrl}${at}`);
  return {
    ...(clusterEnv ? clusterOf(clusterEnv, ordinal) : { LEVERFRAME_PROFILE: "embedded" }),
    LEVERFRAME_DATA_DIR: dataDir,
    LEVERFRAME_POLICIES_DIR: policiesDir,
    LEVERFRAME_PROVIDERS_BASE_URLS: addresses.join(","),
    LEVERFRAME_PERMIT_KEYS: `${PERMIT_KEY.kid}:${PERMIT_KEY.hex}`,
    // A busy machine is not a ledger that gives no answer: what rules permit is not to depend on it.
    LEVERFRAME_POLICIES_BALANCES_WAIT_MS: "10000",
    ...Object.fromEntries(KEY_VARIABLES.map((name) => [name, "test-key-of-nobody"])),
    ...env,
  };
}

/** Several installations may share a cluster: topics by prefix, ledgers by Redis database. */
function clusterOf(clusterEnv: Readonly<Record<string, string>>, ordinal: number): Record<string, string> {
  const redis = new URL(clusterEnv["LEVERFRAME_REDIS_URL"] ?? "");
  redis.pathname = `/${ordinal % REDIS_DATABASES}`;
  return { ...clusterEnv, LEVERFRAME_REDIS_URL: redis.href, LEVERFRAME_TOPIC_PREFIX: `test${ordinal}.`, LEVERFRAME_PROVISION_TOPICS: "false" };
}

import type { Request } from "@leverframe/events";
import { audit, type Violation } from "../support/audit";
import { decisionRowsOf, evidenceOf, Installation, type TestClient } from "../support/installation";
import { type Simulator, startSimulator } from "../support/simulator";

const MODEL_LATENCY_MS = 400;
const MODELS = ["mistral-small", "llama-3.3-70b-instruct", "qwen3-coder", "gpt-5.4-mini", "gpt-5.4", "claude-haiku-4-5", "claude-sonnet-4-8", "claude-opus-4-8"];

/** An installation with one process per service, whose providers take their time, and all that was asked of it. */
export class Stand {
  readonly asked: Request[] = [];

  private constructor(
    readonly installation: Installation,
    readonly client: TestClient,
    readonly simulator: Simulator,
  ) {}

  static async start(clusterEnv: Readonly<Record<string, string>> | null): Promise<Stand> {
    const latency = { total: { kind: "fixed", ms: MODEL_LATENCY_MS } } as const;
    const simulator = await startSimulator({ recorded: false, models: Object.fromEntries(MODELS.map((model) => [model, { latency }])) });
    try {
      const installation = await Installation.start({ layout: "split", simulatorUrl: simulator.url, ...(clusterEnv ? { clusterEnv } : {}) });
      const client = await installation.client();
      await client.watch();
      return new Stand(installation, client, simulator);
    } catch (error) {
      await simulator.close();
      throw error;
    }
  }

  /** Waits until all is answered, released and stored; then what an audit of everything finds. */
  async auditAtRest(): Promise<readonly Violation[]> {
    const { client, installation, simulator, asked } = this;
    const requestIds = asked.map(({ requestId }) => requestId);
    await client.settled(requestIds);
    const rows = await decisionRowsOf(installation, requestIds);
    return audit(evidenceOf(client, installation.policiesDir, simulator.calls, asked, rows));
  }

  /** Waits until a provider is at work on a call that it will not end at once. */
  async callUnderWay(): Promise<void> {
    const young = () => this.simulator.calls.some(({ ended, atMs }) => !ended && Date.now() - atMs < MODEL_LATENCY_MS / 2);
    await this.client.eventually("a call under way", () => young() || undefined);
  }

  /** Attempts that somebody began and nobody saw the end of. */
  unseenAttempts() {
    return this.client.decisions.flatMap(({ rounds }) => rounds.flatMap(({ attempts }) => attempts)).filter(({ outcome }) => outcome === "outcome_unknown");
  }

  async end(): Promise<void> {
    await this.installation.destroy();
    await this.simulator.close();
  }
}

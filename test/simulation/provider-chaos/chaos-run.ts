import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Attempt, ProviderHealth, Request } from "@leverframe/events";
import { audit, type Violation } from "../../support/audit";
import { decisionRowsOf, evidenceOf, Installation, requestOf, type TestClient, TopicReader } from "../../support/installation";
import { type Simulator, startSimulator } from "../../support/simulator";
import { addressesAt, billAsCataloged, chaosPolicies, type Fate, FATES } from "./chaos-policies";

const LATENCY_MS = 200;
const TICK_MS = 100;
const ANSWERED_WITHIN_MS = 120_000;
/** Ten seconds are the promise, which the benchmark measures; a busy machine may take longer. */
const RECOVERED_WITHIN_MS = 120_000;

/** What happens to each provider; the faults bill nothing, so that the bill has to match to the nano-dollar. */
const FAULTS: Readonly<Record<Exclude<Fate, "steady">, object>> = {
  slow: { fault: "slow=x10" },
  dead: { fault: "error=503" },
  flapping: { sequence: ["ok", "error=500", "error=500", "error=500", "ok", "ok"], repeat: true },
  storm: { fault: "429=1" },
};

export interface ChaosOptions {
  /** Requests a second before the faults; twice as many during them. */
  readonly perSecond: number;
  readonly calmSeconds: number;
  readonly chaosSeconds: number;
  readonly clusterEnv?: Readonly<Record<string, string>>;
}

/** What a run came to. Times are from sending to the answer's arrival. */
export interface ChaosReport {
  readonly asked: number;
  readonly notAnswered: number;
  readonly violations: readonly Violation[];
  readonly billedNanoUsd: bigint;
  readonly chargedNanoUsd: bigint;
  /** Calls that the dead provider got before its breaker opened, those that were already under way included. */
  readonly callsUntilOpen: number;
  /** Calls in a row that the executor had seen fail when it opened. */
  readonly failuresUntilOpen: number;
  readonly deadCalls: number;
  /** From the opening to the last call that failed. */
  readonly deadSeconds: number;
  /** Providers that answered again after the faults. */
  readonly recovered: readonly Fate[];
  readonly recoveryMsMax: number;
  readonly calmLatenciesMs: readonly number[];
  readonly chaosLatenciesMs: readonly number[];
  readonly rssMbMax: number;
}

/** Five providers, four of them ill at once, twice the arrivals; then all are well again. */
export async function runChaos(options: ChaosOptions, rssMbOf: (pid: number) => number): Promise<ChaosReport> {
  const policiesDir = chaosPolicies();
  const simulator = await startSimulator({ recorded: false });
  billAsCataloged(simulator, LATENCY_MS);
  const installation = await Installation.start({
    layout: "default",
    simulatorUrl: simulator.url,
    policiesDir,
    ...(options.clusterEnv ? { clusterEnv: options.clusterEnv } : {}),
    env: { LEVERFRAME_PROVIDERS_BASE_URLS: addressesAt(simulator.url) },
  });
  try {
    const client = await installation.client();
    await client.watch();
    return await new ChaosRun(options, installation, client, simulator).run(rssMbOf);
  } finally {
    await installation.destroy();
    await simulator.close();
    rmSync(policiesDir, { recursive: true, force: true });
  }
}

class ChaosRun {
  private readonly sentAt = new Map<string, number>();
  private readonly arrivedAt = new Map<string, number>();
  private readonly asked: Request[] = [];
  private readonly openings: ProviderHealth[] = [];
  private rssMbMax = 0;

  constructor(
    private readonly options: ChaosOptions,
    private readonly installation: Installation,
    private readonly client: TestClient,
    private readonly simulator: Simulator,
  ) {}

  async run(rssMbOf: (pid: number) => number): Promise<ChaosReport> {
    const { client, installation, simulator, options } = this;
    const health = client.names.name("provider-health");
    const reader = await TopicReader.open(client.log, [health, client.names.responses("default")], (record) => {
      if (record.topic === health) void this.hear(record.value ?? new Uint8Array());
      else this.arrivedAt.set(Buffer.from(record.key ?? []).toString(), performance.now());
    });
    try {
      // The first requests load what is loaded once.
      await this.load(options.perSecond, 2);
      const calm = await this.load(options.perSecond, options.calmSeconds);
      for (const [provider, fault] of Object.entries(FAULTS)) simulator.script({ id: provider, provider, ...fault });
      const sampling = setInterval(() => {
        this.rssMbMax = Math.max(this.rssMbMax, rssMbOf(installation.service("executor").pid));
      }, 500);
      const chaos = await this.load(options.perSecond * 2, options.chaosSeconds).finally(() => clearInterval(sampling));
      simulator.clearFaults();
      const recoveries = await this.recoveries();
      return { ...(await this.reckoning()), ...recoveries, calmLatenciesMs: this.steady(calm), chaosLatenciesMs: this.steady(chaos) };
    } finally {
      await reader.close();
    }
  }

  /** An open loop: what is not answered yet holds nobody up. */
  private async load(perSecond: number, seconds: number): Promise<readonly Request[]> {
    const sent: Request[] = [];
    const startedAt = performance.now();
    for (let elapsed = 0; sent.length < seconds * perSecond; elapsed = performance.now() - startedAt) {
      const due = Math.min(Math.floor((elapsed / 1_000) * perSecond) + 1, seconds * perSecond) - sent.length;
      if (due > 0) sent.push(...(await this.send(Array.from({ length: due }, (_, index) => FATES[(sent.length + index) % FATES.length]!))));
      await sleep(TICK_MS / 4);
    }
    return sent;
  }

  private async send(fates: readonly Fate[]): Promise<readonly Request[]> {
    const requests = fates.map((department) => requestOf({ department, text: "Please confirm the delivery on Tuesday." }));
    const now = performance.now();
    for (const { requestId } of requests) this.sentAt.set(requestId, now);
    this.asked.push(...requests);
    await this.client.send(requests);
    return requests;
  }

  /** Asks each department until its own provider answers. */
  private async recoveries(): Promise<Pick<ChaosReport, "recovered" | "recoveryMsMax">> {
    const wellSince = performance.now();
    const times = await Promise.all(
      FATES.map(async (fate) => {
        while (performance.now() - wellSince < RECOVERED_WITHIN_MS) {
          const [request] = await this.send([fate]);
          const { candidate } = await this.client.answerTo(request!.requestId);
          if (candidate === `${fate}/${fate}-model`) return performance.now() - wellSince;
          await sleep(TICK_MS);
        }
        return null;
      }),
    );
    const recovered = FATES.filter((_, index) => times[index] !== null);
    return { recovered, recoveryMsMax: Math.max(...times.map((time) => time ?? Infinity)) };
  }

  private async reckoning(): Promise<Omit<ChaosReport, "recovered" | "recoveryMsMax" | "calmLatenciesMs" | "chaosLatenciesMs">> {
    const { client, installation, simulator, asked } = this;
    const requestIds = asked.map(({ requestId }) => requestId);
    await client.settled(requestIds, ANSWERED_WITHIN_MS);
    const rows = await decisionRowsOf(installation, requestIds, ANSWERED_WITHIN_MS);
    const attempts = client.decisions.flatMap(({ rounds }) => rounds.flatMap((round) => round.attempts));
    const opened = this.openings.find(({ provider }) => provider === "dead");
    const openedAt = opened?.at ?? Infinity;
    const dead = simulator.calls.filter(({ provider, faults }) => provider === "dead" && faults.length > 0);
    return {
      asked: asked.length,
      notAnswered: client.responses.filter(({ status }) => status !== "answered").length,
      violations: audit(evidenceOf(client, installation.policiesDir, simulator.calls, asked, rows)),
      billedNanoUsd: BigInt(simulator.bill().billedNanoUsd),
      chargedNanoUsd: attempts.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n),
      callsUntilOpen: dead.filter(({ atMs }) => atMs * 1_000 <= openedAt).length,
      failuresUntilOpen: failuresInRow(attempts, openedAt),
      deadCalls: dead.length,
      deadSeconds: Math.max(0, ...dead.map(({ atMs }) => (atMs * 1_000 - openedAt) / 1e6)),
      rssMbMax: this.rssMbMax,
    };
  }

  /** Latencies of the steady department's requests among these, which have all been answered. */
  private steady(requests: readonly Request[]): readonly number[] {
    const ids = requests.filter(({ department }) => department === "steady").map(({ requestId }) => requestId);
    return ids.map((id) => (this.arrivedAt.get(id) ?? Infinity) - (this.sentAt.get(id) ?? 0));
  }

  private async hear(record: Uint8Array): Promise<void> {
    const event = await this.client.codec.decode("provider-health", record);
    if (event.cause === "breaker_opened" && event.heardFrom === null) this.openings.push(event);
  }
}

/** Calls to the dead provider that ended by then and failed, since the last one that did not. */
function failuresInRow(attempts: readonly Attempt[], untilMicros: number): number {
  const ended = attempts.filter(({ provider }) => provider === "dead").map(({ startedAt, latencyMicros, outcome }) => ({ at: startedAt + latencyMicros, outcome }));
  const before = ended.filter(({ at }) => at <= untilMicros).toSorted((a, b) => a.at - b.at);
  return before.length - 1 - before.findLastIndex(({ outcome }) => outcome === "succeeded");
}

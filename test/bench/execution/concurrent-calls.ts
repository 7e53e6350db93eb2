import { setTimeout as sleep } from "node:timers/promises";
import type { Call, CallPage } from "../../support/simulator";
import type { BenchOptions } from "../benchmark";
import { cpuMsOf, rssMbOf } from "../process-usage";
import { startGoverned } from "../pipeline/governed";
import { SCENARIOS } from "../pipeline/layouts";
import { tell } from "./simulator-control";

const AT_ONCE = 1_000;
/** Just below what counts as slow: a provider that takes longer is spared. */
const CALL_MS = 4_900;
/** Long enough for several rounds of calls: memory that grows would show. */
const SECONDS = 25;
const SAMPLE_MS = 500;

/** As the README says to start services: without a limit V8 lets garbage lie while the machine has memory. */
const HEAP = ["--max-old-space-size=256"];

type TimedCall = Pick<Call, "atMs" | "durationMs">;

/** The whole embedded pipeline with an executor of its own; the providers take five seconds for each answer. */
export async function measureConcurrent(simulator: { readonly url: string }, options: BenchOptions): Promise<{ rssMb: number; cpuMs: number; peak: number }> {
  const scenario = SCENARIOS.find(({ name }) => name === "embedded_chained");
  if (!scenario) throw new Error("there is no scenario `embedded_chained`");
  const governed = await startGoverned(scenario, options, { simulatorUrl: simulator.url, clusterEnv: null, profilesDir: null, nodeOptions: HEAP });
  try {
    const executor = governed.stages.find(({ plan }) => plan.name === "executor");
    if (!executor) throw new Error("the layout has no executor process");
    options.progress(`${AT_ONCE} calls of ${CALL_MS} ms at once`);
    await tell(simulator.url, { clear: true, script: [{ id: "slow", fault: `slow=${CALL_MS}` }] });
    const cpuBefore = cpuMsOf(executor.pid);
    const answeredBefore = governed.generator.answered;
    let rssMb = 0;
    let running = true;
    const sampling = (async () => {
      while (running) {
        rssMb = Math.max(rssMb, rssMbOf(executor.pid));
        await sleep(SAMPLE_MS);
      }
    })();
    await governed.generator.closedLoop(AT_ONCE, SECONDS).finally(() => (running = false));
    await sampling;
    if (governed.refused() > 0) throw new Error(`${governed.refused()} requests were refused, expected none`);
    const peak = mostAtOnce(await callsOf(simulator.url));
    return { rssMb, peak, cpuMs: (cpuMsOf(executor.pid) - cpuBefore) / (governed.generator.answered - answeredBefore) };
  } finally {
    await tell(simulator.url, { clear: true });
    await governed.close();
  }
}

async function callsOf(url: string): Promise<readonly TimedCall[]> {
  const calls: TimedCall[] = [];
  for (let since = 0; ; ) {
    const page = (await (await fetch(`${url}/_calls?since=${since}&limit=10000`)).json()) as CallPage;
    calls.push(...page.calls);
    if (page.calls.length === 0) return calls;
    since = page.next;
  }
}

/** How many calls were under way at the same moment, as the provider saw it. */
function mostAtOnce(calls: readonly TimedCall[]): number {
  const edges = calls.flatMap(({ atMs, durationMs }) => (durationMs === null ? [] : [[atMs, 1] as const, [atMs + durationMs, -1] as const]));
  edges.sort(([a, up], [b, down]) => a - b || up - down);
  let open = 0;
  return edges.reduce((most, [, change]) => Math.max(most, (open += change)), 0);
}

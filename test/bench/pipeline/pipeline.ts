import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Cluster, startCluster, wholeCluster } from "../../../deploy/local";
import { type Benchmark, type BenchOptions, type Metrics, type Report, type Table, wanted } from "../benchmark";
import { rssMbOf } from "../process-usage";
import { DURABLE_STEPS, durableStepsP50Ms } from "./durable-write";
import { startFloor } from "./floor";
import { startGoverned } from "./governed";
import { type Scenario, SCENARIOS } from "./layouts";
import { measure, type Measured } from "./measure";
import { measureSink, type SinkCost } from "./measure-sink";
import { profileTable } from "./profile";
import { startSimulatorProcess } from "./simulator-process";

/** Partitions of the floor's topics where nothing else is asked for: as the product's. */
const FLOOR_PARTITIONS = 12;

type Server = "broker" | "registry" | "redis" | "clickhouse";
type Group = "stages" | "simulator" | "generator" | Server;
type FloorGroup = "hops" | "generator" | Server;

interface Result {
  readonly scenario: Scenario;
  readonly measured: Measured<Group>;
  readonly sink: SinkCost;
  readonly rssMb: readonly { readonly name: string; readonly mb: number }[];
}

const AROUND = ["simulator", "generator", "broker", "registry", "redis"] as const satisfies readonly Group[];

type WholeCluster = Cluster<typeof wholeCluster>;

export const pipeline: Benchmark = {
  name: "pipeline",
  doc: "CPU, throughput and added latency of a governed request, by profile and layout, beside bare Kafka hops",
  async run(options) {
    const scenarios = SCENARIOS.filter(({ name }) => wanted(options, name));
    const dir = mkdtempSync(path.join(tmpdir(), "leverframe-bench-"));
    const profilesDir = options.profile ? path.join(dir, "profiles") : null;
    const simulator = await startSimulatorProcess(path.join(dir, "simulator.log"));
    const cluster = scenarios.some(({ profile }) => profile === "kafka") ? await startCluster(wholeCluster) : null;
    try {
      const floors = new Map<number, Measured<FloorGroup>>();
      const durableMs = cluster && options.floor ? await durableStepsP50Ms(cluster.env["LEVERFRAME_REDIS_URL"] ?? "", options.seconds) : Number.NaN;
      const results: Result[] = [];
      const profiles: Table[] = [];
      for (const scenario of scenarios) {
        const { name, hops, profile } = scenario;
        if (profile === "kafka" && !floors.has(hops) && options.floor) floors.set(hops, await measureFloor(cluster!, hops, options));
        options.progress(`${name}: ${scenario.processes.length} processes, ${hops} topics on the way`);
        const clusterEnv = profile === "kafka" ? cluster!.env : null;
        const around = { simulatorUrl: simulator.url, clusterEnv, profilesDir: profilesDir && path.join(profilesDir, name) };
        results.push(await measureScenario(scenario, options, around, [simulator.pid], cluster));
        if (around.profilesDir) profiles.push(profileTable(name, around.profilesDir));
      }
      return report(results, floors, durableMs, profiles);
    } finally {
      await simulator.stop();
      await cluster?.stop();
      if (profilesDir) options.progress(`profiles, for a browser's developer tools: ${profilesDir}`);
      else rmSync(dir, { recursive: true, force: true });
    }
  },
};

async function measureScenario(
  scenario: Scenario,
  options: BenchOptions,
  around: Parameters<typeof startGoverned>[2],
  simulator: readonly number[],
  cluster: WholeCluster | null,
): Promise<Result> {
  const governed = await startGoverned(scenario, options, around);
  try {
    const pids = {
      stages: governed.stages.map(({ pid }) => pid),
      simulator,
      generator: [process.pid],
      ...serversOf(scenario.profile === "kafka" ? cluster : null),
    };
    const measured = await measure(governed.generator, pids, options);
    const sink = await measureSink(governed, pids.clickhouse, options);
    if (governed.refused() > 0) throw new Error(`${scenario.name}: ${governed.refused()} requests were refused, expected none`);
    const rssMb = governed.stages.map(({ plan, pid }) => ({ name: plan.name, mb: rssMbOf(pid) }));
    options.progress(`  resident: ${rssMb.map(({ name, mb }) => `${name} ${mb.toFixed(0)}`).join(", ")} MB`);
    return { scenario, measured, sink, rssMb };
  } finally {
    await governed.close();
  }
}

async function measureFloor(cluster: WholeCluster, hops: number, options: BenchOptions): Promise<Measured<FloorGroup>> {
  options.progress(`floor: ${hops} bare hops`);
  const floor = await startFloor(cluster.kafka.bootstrap, hops, options.partitions ?? FLOOR_PARTITIONS);
  try {
    const pids = { hops: floor.pids, generator: [process.pid], ...serversOf(cluster) };
    return await measure(floor.generator, pids, options);
  } finally {
    await floor.close();
  }
}

function serversOf(cluster: WholeCluster | null): Readonly<Record<Server, readonly number[]>> {
  const pidOf = (server: { readonly pid: number } | undefined) => (server ? [server.pid] : []);
  const { kafka, registry, redis, clickhouse } = cluster ?? {};
  return { broker: pidOf(kafka), registry: pidOf(registry), redis: pidOf(redis), clickhouse: pidOf(clickhouse) };
}

function report(results: readonly Result[], floors: ReadonlyMap<number, Measured<FloorGroup>>, durableMs: number, profiles: readonly Table[]): Report {
  const rows: (string | number)[][] = [];
  const metrics: Metrics = floors.size > 0 ? { floor_durable_steps_p50_ms: durableMs } : {};
  for (const [hops, floor] of floors) {
    rows.push([`${hops} bare hops`, floor.perSecond, floor.cpuMs.hops, Number.NaN, floor.steadyCpuMs.hops, ...latencies(floor), Number.NaN, Number.NaN]);
    metrics[`floor_${hops}_hops_p50_ms`] = floor.latency.steady.p50Ms;
    metrics[`floor_${hops}_hops_cpu_ms_per_record`] = floor.cpuMs.hops;
    metrics[`floor_${hops}_hops_records_per_second`] = floor.perSecond;
  }
  for (const { scenario, measured, sink, rssMb } of results) {
    const { cpuMs, steadyCpuMs, perSecond, latency } = measured;
    const floor = scenario.profile === "kafka" ? floors.get(scenario.hops) : undefined;
    const overFloor = floor ? latency.steady.p50Ms / floor.latency.steady.p50Ms : Number.NaN;
    const rssMax = Math.max(...rssMb.map(({ mb }) => mb));
    rows.push([scenario.name, perSecond, cpuMs.stages, sink.cpuMs, steadyCpuMs.stages, ...latencies(measured), overFloor, rssMax]);
    Object.assign(metrics, metricsOf(scenario.name, measured, sink), { [`${scenario.name}_rss_max_mb`]: rssMax });
    if (!floor) continue;
    metrics[`${scenario.name}_added_latency_over_floor`] = overFloor;
    metrics[`${scenario.name}_added_latency_over_durable_floor`] = latency.steady.p50Ms / (floor.latency.steady.p50Ms + durableMs);
  }
  const around = results.map(({ scenario: { name }, measured: { cpuMs }, sink }) => [name, ...AROUND.map((group) => cpuMs[group]), sink.clickhouseCpuMs]);
  return {
    metrics,
    tables: [
      {
        title: "Governed requests (1 KB prompt, simulated providers that answer at once)",
        columns: ["", "req/s", "CPU ms", "sink ms", "CPU ms 50/s", "c=1 p50/p99", "c=16", "c=64", "50/s", "× floor", "RSS MB"],
        rows,
        notes: [
          "CPU ms: user and system time of all stage processes for one request, at saturation (512 in flight, median of 3 windows).",
          "sink ms: the analytics sink's, for one request, catching up with all of them afterwards; ClickHouse's engine is not in it.",
          "Latency: from append of the request to arrival of its answer, ms. × floor: p50 at 50/s over that of as many bare hops.",
          ...(floors.size > 0 ? [`The floor has no ledger: its ${DURABLE_STEPS} steps on the way alone, each synced to the disk, take ${durableMs.toFixed(1)} ms (p50) here.`] : []),
        ],
      },
      { title: "Beside them, CPU ms a request at saturation", columns: ["", ...AROUND, "ClickHouse, catching up"], rows: around },
      ...profiles,
    ],
  };
}

function latencies({ latency }: Measured<string>): string[] {
  return [latency.c1, latency.c16, latency.c64, latency.steady].map(({ p50Ms, p99Ms }) => `${p50Ms.toFixed(1)}/${p99Ms.toFixed(1)}`);
}

function metricsOf(name: string, { cpuMs, steadyCpuMs, perSecond, latency }: Measured<Group>, sink: SinkCost): Metrics {
  return {
    [`${name}_cpu_ms_per_request`]: cpuMs.stages,
    [`${name}_cpu_ms_per_request_with_sink`]: cpuMs.stages + sink.cpuMs,
    [`${name}_cpu_ms_per_request_at_50_per_second`]: steadyCpuMs.stages,
    [`${name}_requests_per_second`]: perSecond,
    ...Object.fromEntries(
      Object.entries(latency).flatMap(([load, { p50Ms, p99Ms }]) => [
        [`${name}_${load === "steady" ? "50_per_second" : load}_p50_ms`, p50Ms],
        [`${name}_${load === "steady" ? "50_per_second" : load}_p99_ms`, p99Ms],
      ]),
    ),
  };
}

import { decide, type DecisionInput, type PolicySet } from "@leverframe/policy";
import type { Benchmark, BenchOptions, Metrics, Report } from "../benchmark";
import { quantile } from "../statistics";
import { measureAnalysis } from "./analysis";
import { generatedSet, sequence, type Spread } from "./generated-set";
import { measureReload } from "./reload";

const SIZES = [40, 400, 4_000] as const;
const REQUESTS = 5_000;
const WARM_UP_SECONDS = 0.5;

/** Decisions of the policy room alone: no log, no signature, no clock. */
export const policy: Benchmark = {
  name: "policy",
  doc: "decisions per second and their tail at 40, 400 and 4,000 rules over 12 models; proofs, audit, replay, reload",
  run,
};

async function run(options: BenchOptions): Promise<Report> {
  const { seconds, progress } = options;
  const metrics: Metrics = {};
  const rows: (string | number)[][] = [];
  for (const size of SIZES) {
    progress(`policy: ${size} rules`);
    const { set, spread } = generatedSet(size);
    const inputs = requests(spread);
    const { perSecond, microseconds, fired } = measure(set, inputs, seconds);
    metrics[`decisions_per_second_${size}_rules`] = perSecond;
    metrics[`decision_p50_us_${size}_rules`] = quantile(microseconds, 0.5);
    metrics[`decision_p99_us_${size}_rules`] = quantile(microseconds, 0.99);
    rows.push([size, perSecond, quantile(microseconds, 0.5), quantile(microseconds, 0.99), quantile(microseconds, 0.999), fired]);
  }
  metrics["decision_cost_ratio_4000_to_40_rules"] = (metrics["decisions_per_second_40_rules"] ?? NaN) / (metrics["decisions_per_second_4000_rules"] ?? NaN);
  const analysis = measureAnalysis(options, requests(generatedSet(SIZES[0]).spread));
  const reload = await measureReload(options);
  Object.assign(metrics, analysis.metrics, reload.metrics);
  return {
    tables: [...reload.tables, ...analysis.tables, { title: "policy decisions, 12 models, one thread", columns: ["rules", "decisions/s", "p50 µs", "p99 µs", "p99.9 µs", "rules fired, mean"], rows }],
    metrics,
  };
}

function measure(set: PolicySet, inputs: readonly DecisionInput[], seconds: number) {
  let fired = 0;
  const pass = (until: number, sample: (nanoseconds: number) => void): number => {
    let decisions = 0;
    let last = process.hrtime.bigint();
    const end = last + BigInt(Math.round(until * 1e9));
    while (last < end) {
      for (const input of inputs) {
        fired += decide(set, input).rules.length;
        const now = process.hrtime.bigint();
        sample(Number(now - last));
        last = now;
      }
      decisions += inputs.length;
    }
    return decisions;
  };
  pass(WARM_UP_SECONDS, () => undefined);
  fired = 0;
  const microseconds: number[] = [];
  const began = process.hrtime.bigint();
  const decisions = pass(seconds, (nanoseconds) => void (microseconds.length < 2_000_000 && microseconds.push(nanoseconds / 1_000)));
  const elapsed = Number(process.hrtime.bigint() - began) / 1e9;
  return { perSecond: decisions / elapsed, microseconds, fired: fired / decisions };
}

function requests({ tenants, departments, tasks, signals, risks, channels }: Spread): DecisionInput[] {
  const draw = sequence(7);
  const one = <T>(values: readonly T[]): T => values[draw(values.length)] as T;
  return Array.from({ length: REQUESTS }, (_, index): DecisionInput => {
    const tenant = one(tenants);
    const riskClass = one(risks) as DecisionInput["classification"]["riskClass"];
    const signal = draw(4) === 0 ? [one(signals)] : [];
    return {
      requestId: `r${index}`,
      origin: { application: tenant, tenant, department: one(departments), user: null, receivedAt: 1_760_000_000_000_000, deadlineAt: 1_760_000_030_000_000, requestDigest: "d" },
      request: { route: null, attributes: draw(2) === 0 ? { channel: one(channels) } : {}, maxOutputTokens: null },
      classification: {
        taskType: one(tasks), taskConfidence: 1, complexity: "simple", riskClass, language: "en", outputFormat: "text", latencyClass: "standard",
        riskSignals: signal.map((name) => ({ signal: name, recogniser: "b", riskClass, start: 0, end: 1, confidence: 1 })),
        promptBytes: 1_000, inputTokensMax: 1_000, capabilities: [], opinion: null, classifierVersion: "b",
      },
    };
  });
}

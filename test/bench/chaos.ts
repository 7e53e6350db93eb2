import { runChaos } from "../simulation/provider-chaos/chaos-run";
import type { Benchmark } from "./benchmark";
import { rssMbOf } from "./process-usage";
import { quantile } from "./statistics";

const PER_SECOND = 20;
const CALM_SECONDS = 30;
const CHAOS_SECONDS = 60;

export const chaos: Benchmark = {
  name: "chaos",
  doc: "one provider 10x slower, one dead, one flapping, one answering 429, for a minute at twice the arrivals: what the healthy route feels",
  async run({ progress }) {
    progress(`${CALM_SECONDS} s calm at ${PER_SECOND}/s, ${CHAOS_SECONDS} s of faults at ${PER_SECOND * 2}/s`);
    const report = await runChaos({ perSecond: PER_SECOND, calmSeconds: CALM_SECONDS, chaosSeconds: CHAOS_SECONDS }, rssMbOf);
    if (report.violations.length > 0) throw new Error(`the audit found ${JSON.stringify(report.violations.slice(0, 3))}`);
    const calm = { p50: quantile(report.calmLatenciesMs, 0.5), p99: quantile(report.calmLatenciesMs, 0.99) };
    const ill = { p50: quantile(report.chaosLatenciesMs, 0.5), p99: quantile(report.chaosLatenciesMs, 0.99) };
    const unaccountedNanoUsd = Number(report.billedNanoUsd - report.chargedNanoUsd);
    return {
      metrics: {
        healthy_p99_over_baseline: ill.p99 / calm.p99,
        healthy_p50_over_baseline: ill.p50 / calm.p50,
        calls_until_breaker_open: report.callsUntilOpen,
        recovery_seconds: report.recoveryMsMax / 1_000,
        requests_not_answered: report.notAnswered,
        unaccounted_nano_usd: unaccountedNanoUsd,
        executor_rss_mb: report.rssMbMax,
      },
      tables: [
        {
          title: `${report.asked} requests, five providers`,
          columns: ["healthy route", "p50 ms", "p99 ms"],
          rows: [
            ["calm", calm.p50, calm.p99],
            ["four others ill, twice the arrivals", ill.p50, ill.p99],
          ],
          notes: [
            `not answered: ${report.notAnswered}; bill minus charge: ${unaccountedNanoUsd} nano-dollars; executor at most ${report.rssMbMax.toFixed(0)} MB`,
            `the dead provider got ${report.callsUntilOpen} calls until its breaker opened, ${report.deadCalls} in all; all were used again within ${(report.recoveryMsMax / 1_000).toFixed(1)} s`,
            "targets: p99 at most 1.5 x calm, recovery within 10 s, nothing unaccounted, 400 MB",
          ],
        },
      ],
    };
  },
};

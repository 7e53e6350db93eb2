import { AppError } from "@leverframe/kernel";
import { HealthServer } from "./health-server";
import { Readiness } from "./readiness";
import { StageMetrics } from "./stage-metrics";

async function withServer(check: (base: string, readiness: Readiness, metrics: StageMetrics) => Promise<void>): Promise<void> {
  const readiness = new Readiness();
  const metrics = new StageMetrics();
  const server = new HealthServer(readiness, metrics.registry);
  const base = await server.listen("127.0.0.1", 0);
  try {
    await check(base, readiness, metrics);
  } finally {
    await server.close();
  }
}

describe("health", () => {
  test("lives while it answers, is ready when every part answers", () =>
    withServer(async (base, readiness) => {
      let redisDown = true;
      readiness.add("log", async () => {});
      readiness.add("redis", () => {
        if (redisDown) throw new AppError("unavailable", "redis gave no answer");
      });
      expect((await fetch(`${base}/live`)).status).toBe(200);
      const down = await fetch(`${base}/ready`);
      expect(down.status).toBe(503);
      expect(await down.json()).toEqual({ ready: false, parts: { log: "ok", redis: "unavailable" } });
      redisDown = false;
      expect((await fetch(`${base}/ready`)).status).toBe(200);
    }));

  test("metrics show every stage's counts, and leave out a lag that cannot be read", () =>
    withServer(async (base, _readiness, metrics) => {
      const meter = metrics.meterOf("selector");
      meter.finished(0.5);
      meter.finished(5);
      meter.retried++;
      metrics.trackLag("selector", async () => 42);
      metrics.trackLag("executor", async () => {
        throw new AppError("unavailable", "no broker");
      });
      const text = await (await fetch(`${base}/metrics`)).text();
      expect(text).toContain('leverframe_stage_handled_total{stage="selector"} 2');
      expect(text).toContain('leverframe_stage_retried_total{stage="selector"} 1');
      expect(text).toContain('leverframe_stage_dead_lettered_total{stage="selector"} 0');
      expect(text).toContain('leverframe_stage_in_flight{stage="selector"} 0');
      expect(text).toContain('leverframe_stage_latency_seconds_bucket{le="0.001",stage="selector"} 1');
      expect(text).toContain('leverframe_stage_lag_records{stage="selector"} 42');
      expect(text).not.toContain('leverframe_stage_lag_records{stage="executor"}');
      expect(text).toContain("process_cpu_seconds_total");
      expect(await (await fetch(`${base}/metrics`)).text()).toContain('handled_total{stage="selector"} 2');
    }));

  test("other paths and methods are refused, a taken port names the setting", () =>
    withServer(async (base) => {
      expect((await fetch(`${base}/`)).status).toBe(404);
      expect((await fetch(`${base}/live`, { method: "POST" })).status).toBe(405);
      const second = new HealthServer(new Readiness(), new StageMetrics().registry);
      await expect(second.listen("127.0.0.1", Number(new URL(base).port))).rejects.toThrow(/`http.port`/);
    }));
});

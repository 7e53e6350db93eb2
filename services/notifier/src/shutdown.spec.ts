import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { message } from "@leverframe/contracts";
import { createStageApp, type StageApp } from "@leverframe/nest";
import { NotifierModule } from "./notifier.module";
import { writePolicies } from "./testing/policy-folder";
import { statusOf } from "./testing/statuses";

describe("the notifier on its way out", () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), "leverframe-notifier-"));
  /** Deliveries that the receiver has not answered yet. */
  const waiting: ServerResponse[] = [];
  let received = 0;
  const server = createServer((request, response) => {
    received++;
    request.resume();
    waiting.push(response);
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env["TEST_SHUTDOWN_KEY"] = "key";
    writePolicies(path.join(dataDir, "policies"), `channels: { erp: { type: webhook, url: "${url}", secretEnv: TEST_SHUTDOWN_KEY } }\nroutes: [{ channels: erp }]`);
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    delete process.env["TEST_SHUTDOWN_KEY"];
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  const start = (drainMsMax: number): Promise<StageApp> =>
    createStageApp(NotifierModule, {
      env: {},
      logDestination: { write: () => undefined },
      overrides: { dataDir, commitEveryMs: 5, drainMsMax, policies: { dir: path.join(dataDir, "policies"), watchMs: 0 }, notifier: { watchMs: 0, timeoutMs: 120_000 } },
    });
  const until = async (met: () => boolean) => {
    while (!met()) await sleep(10);
  };
  const answerAll = () => {
    for (const response of waiting.splice(0)) response.end();
  };

  it("says that it is not ready first, finishes the delivery that is under way, and tells nobody twice after its restart", async () => {
    const app = await start(600_000);
    expect((await fetch(`${app.address}/ready`)).status).toBe(200);
    await app.publisher.publish([message("budget-status", statusOf("one"))]);
    await until(() => waiting.length === 1);
    let closed = false;
    const closing = app.close().then(() => void (closed = true));
    const ready = await fetch(`${app.address}/ready`);
    expect([ready.status, closed]).toEqual([503, false]);
    expect(await ready.json()).toMatchObject({ ready: false, parts: { process: "unavailable" } });
    answerAll();
    await closing;

    const next = await start(600_000);
    await next.publisher.publish([message("budget-status", statusOf("two"))]);
    await until(() => waiting.length === 1);
    expect(received).toBe(2);
    answerAll();
    await next.close();
  });

  it("waits for nobody longer than it may: a delivery that does not end is left to the next start", async () => {
    const app = await start(50);
    await app.publisher.publish([message("budget-status", statusOf("three"))]);
    await until(() => waiting.length === 1);
    await app.close();
    waiting.splice(0);
    const next = await start(600_000);
    await until(() => waiting.length === 1);
    answerAll();
    await next.close();
    expect(received).toBe(4);
  });
});

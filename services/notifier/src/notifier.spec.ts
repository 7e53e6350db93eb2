import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { message } from "@leverframe/contracts";
import type { BudgetStatus } from "@leverframe/events";
import { type ConfigOverrides, createStageApp, type StageApp } from "@leverframe/nest";
import { NotifierModule } from "./notifier.module";
import { writePolicies } from "./testing/policy-folder";
import { type MailServer, type Receiver, startMailServer, startReceiver } from "./testing/receiver";
import { statusOf } from "./testing/statuses";

const alertsTo = (url: string) => `
channels:
  erp: { type: webhook, url: "${url}/erp", secretEnv: TEST_ERP_KEY }
  chat: { type: slack, urlEnv: TEST_CHAT_URL }
  finance: { type: email, to: finance@acme.test }
routes:
  - { kinds: [threshold], channels: [erp, chat] }
  - { kinds: [threshold], percentMin: 95, channels: finance }
  - { kinds: anomaly, scopes: "team:acme/*", channels: finance }
`;

/** Waited out by who is told nothing, and never by who is answered, on a busy machine either. */
const TIMEOUT_MS = 4_000;

describe("the notifier", () => {
  let dataDir: string;
  let erp: Receiver;
  let chat: Receiver;
  let mail: MailServer;
  const apps: StageApp[] = [];

  beforeEach(async () => {
    dataDir = mkdtempSync(path.join(tmpdir(), "leverframe-notifier-"));
    [erp, chat, mail] = await Promise.all([startReceiver(), startReceiver(), startMailServer()]);
    process.env["TEST_ERP_KEY"] = "key";
    process.env["TEST_CHAT_URL"] = `${chat.url}/T0/canary`;
    writePolicies(path.join(dataDir, "policies"), alertsTo(erp.url));
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    await Promise.all([erp.close(), chat.close(), mail.close()]);
    delete process.env["TEST_ERP_KEY"];
    delete process.env["TEST_CHAT_URL"];
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  const logLines: string[] = [];
  const start = async (overrides: ConfigOverrides = {}) => {
    const app = await createStageApp(NotifierModule, {
      env: {},
      logDestination: { write: (line: string) => void logLines.push(line) },
      overrides: {
        dataDir, commitEveryMs: 5, drainMsMax: 5_000,
        policies: { dir: path.join(dataDir, "policies"), watchMs: 50 }, notifier: { watchMs: 0, timeoutMs: 60_000 },
        smtp: { url: `smtp://127.0.0.1:${mail.port}`, from: "leverframe@acme.test" },
        ...overrides,
      },
    });
    apps.push(app);
    return app;
  };
  const publish = (app: StageApp, ...statuses: BudgetStatus[]) => app.publisher.publish(statuses.map((status) => message("budget-status", status)));
  const idsAt = ({ received }: Receiver) => received.map(({ headers, body }) => (headers["leverframe-alert-id"] === undefined ? body : decodeURIComponent(String(headers["leverframe-alert-id"]))));
  const until = async (met: () => boolean | Promise<boolean>) => {
    while (!(await met())) await sleep(10);
  };
  const allCommitted = async (app: StageApp) => {
    const topic = app.names.name("budget-status");
    const [ends, committed] = await Promise.all([app.log.endOffsets(topic), app.log.committed(app.names.consumerGroup("notifier"), topic)]);
    return ends.every(({ partition, offset }) => offset === 0n || committed.some((one) => one.partition === partition && one.offset === offset));
  };
  const metricsOf = async (app: StageApp) => (await fetch(`${app.address}/metrics`)).text();
  const deadLetters = async (app: StageApp) => (await app.log.endOffsets(app.names.name("dead-letters"))).reduce((sum, { offset }) => sum + offset, 0n);

  it("tells each channel of a route once, however often the log says it", async () => {
    const app = await start();
    await publish(app, statusOf("80"), statusOf("80"), statusOf("95", { thresholdPercent: 95 }), statusOf("80"));
    await until(() => allCommitted(app));
    expect(idsAt(erp).toSorted()).toEqual(["80", "95"]);
    expect(chat.received).toHaveLength(2);
    expect(mail.mails.map(({ to }) => to)).toEqual([["finance@acme.test"]]);
    expect(await deadLetters(app)).toBe(0n);
  });

  it("a channel that is down holds up no other, and is told everything when it is back, across a restart", async () => {
    chat.answer = { status: 503 };
    const first = await start();
    await publish(first, ...Array.from({ length: 20 }, (_, index) => statusOf(`s${index}`)));
    // Counted when it is over; what was received may still be under way.
    await until(async () => (await metricsOf(first)).includes('leverframe_alerts_total{channel="erp",result="delivered"} 20'));
    expect(erp.received).toHaveLength(20);
    expect(await allCommitted(first)).toBe(false);
    await apps.pop()!.close();
    const refused = chat.received.length;

    chat.answer = { status: 200 };
    const second = await start();
    await until(() => allCommitted(second));
    expect(erp.received).toHaveLength(20);
    expect(chat.received.length - refused).toBe(20);
  });

  it("I5 nothing lost: what cannot be delivered within the horizon is a dead letter that says where", async () => {
    chat.answer = "silence";
    let ahead = 0;
    const app = await createStageApp(NotifierModule, {
      env: {}, logDestination: { write: () => undefined }, clock: { nowMicros: () => Date.now() * 1_000 + ahead },
      overrides: { dataDir, commitEveryMs: 5, policies: { dir: path.join(dataDir, "policies") }, notifier: { watchMs: 0, timeoutMs: TIMEOUT_MS, horizonHours: 2 }, smtp: { url: `smtp://127.0.0.1:${mail.port}`, from: "leverframe@acme.test" } },
    });
    apps.push(app);
    await publish(app, statusOf("s"));
    await until(() => chat.received.length > 0);
    expect(await deadLetters(app)).toBe(0n);
    ahead = 3 * 3_600_000_000;
    await until(async () => (await deadLetters(app)) === 1n);
    await until(() => allCommitted(app));
    expect(erp.received).toHaveLength(1);
  });

  it("a channel that is added or repaired in the policies is told what waits for it", async () => {
    chat.answer = { status: 500 };
    const app = await start();
    await publish(app, statusOf("s"));
    await until(() => chat.received.length > 0);
    const other = await startReceiver();
    process.env["TEST_OTHER_URL"] = other.url;
    writePolicies(path.join(dataDir, "policies"), alertsTo(erp.url).replace("urlEnv: TEST_CHAT_URL", "urlEnv: TEST_OTHER_URL"));
    await until(() => other.received.length === 1);
    await until(() => allCommitted(app));
    delete process.env["TEST_OTHER_URL"];
    await other.close();
  });

  it("does not start without what its channels name, and says so without a secret", async () => {
    delete process.env["TEST_CHAT_URL"];
    await expect(start()).rejects.toMatchObject({ code: "bad_config", message: "channel `chat` of alerts.yaml needs the environment variable `TEST_CHAT_URL`, which is not set" });
    process.env["TEST_CHAT_URL"] = "canary";
    await expect(start()).rejects.toThrow(/needs an http or https address in `TEST_CHAT_URL`/);
    process.env["TEST_CHAT_URL"] = chat.url;
    await expect(start({ smtp: { url: null, from: null } })).rejects.toThrow(/channel `finance` of alerts.yaml needs `smtp.url` \(LEVERFRAME_SMTP_URL\)/);
    expect(logLines.join("\n")).not.toContain("canary");
  });

  it("shows no address of a channel in any log line, whatever goes wrong there", async () => {
    chat.answer = { status: 500 };
    const app = await start();
    await publish(app, statusOf("s"));
    await until(() => logLines.some((line) => line.includes("is tried again")));
    expect(logLines.join("\n")).toContain("`chat` (answered 500)");
    expect(logLines.join("\n")).not.toContain("canary");
  });
});

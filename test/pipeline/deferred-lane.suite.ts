import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Request, Response } from "@leverframe/events";
import { readPermit } from "@leverframe/permit";
import { audit } from "../support/audit";
import { decisionRowsOf, evidenceOf, Installation, leverframe, requestOf, ROOT, type TestClient } from "../support/installation";
import { type Simulator, startSimulator } from "../support/simulator";

const SALES = "department:acme/Sales";
const BUDGETS = `
tiers: { free: { capUsd: 0 }, low: { capUsd: 500 }, medium: { capUsd: 2000 } }
tenants:
  acme: { capUsd: 20000, departments: { Sales: { capUsd: "0.004", tier: medium }, Legal: { capUsd: 100, tier: medium } } }
`;
const ASKS_MAX = 60;
const SECOND_MS = 1_000;
const PARKED_WITHIN_MS = 120_000;

interface Line {
  readonly requestId: string;
  readonly waitsFor: string;
  readonly need: number;
}

/** Real processes: a department runs dry, what may wait waits, also through the death of everything, and goes on in order. */
export function deferredLaneSuite(clusterEnv: () => Readonly<Record<string, string>> | null): void {
  let simulator: Simulator;
  let installation: Installation;
  let client: TestClient;
  const asked: Request[] = [];
  const policiesDir = mkdtempSync(path.join(tmpdir(), "leverframe-wait-"));

  beforeAll(async () => {
    cpSync(path.join(ROOT, "policies"), policiesDir, { recursive: true });
    // They are about the shipped budgets.
    for (const part of ["cases", "proofs"]) rmSync(path.join(policiesDir, part), { recursive: true });
    writeFileSync(path.join(policiesDir, "budgets.yaml"), BUDGETS);
    simulator = await startSimulator({ recorded: false });
    const cluster = clusterEnv();
    installation = await Installation.start({ layout: "one", simulatorUrl: simulator.url, policiesDir, ...(cluster ? { clusterEnv: cluster } : {}) });
    client = await installation.client();
    await client.watch();
  });
  afterAll(async () => {
    await installation?.destroy();
    await simulator?.close();
    rmSync(policiesDir, { recursive: true, force: true });
  });

  const draft = (fields: Parameters<typeof requestOf>[0] = {}): Request => {
    const request = requestOf({ department: "Sales", maxOutputTokens: 300, text: "Draft an email to a customer about a price change.", ...fields });
    asked.push(request);
    return request;
  };
  const run = (...args: readonly string[]) => leverframe(installation.env, "ledger", ...args);
  const waiting = async () => JSON.parse((await run("deferred", "--format", "json")).out) as Line[];
  const parked = async (requests: readonly Request[]): Promise<Line[]> => {
    for (const until = Date.now() + PARKED_WITHIN_MS; ; ) {
      const lines = await waiting();
      if (requests.every(({ requestId }) => lines.some((line) => line.requestId === requestId))) return lines;
      if (Date.now() > until) throw new Error(`not parked: ${JSON.stringify(lines)}; answers ${JSON.stringify(client.responses.slice(-5).map(({ status, refusal }) => [status, refusal]))}`);
    }
  };
  const answersTo = (requests: readonly Request[]): Response[] => {
    const ids = new Set(requests.map(({ requestId }) => requestId));
    return client.responses.filter(({ requestId }) => ids.has(requestId));
  };
  /** Room for one more of them. */
  const makeRoom = async (need: number) => {
    const [balance] = JSON.parse((await run("balance", "--scope", SALES, "--format", "json")).out) as Record<string, number>[];
    const usd = (need / 1e6 - (balance?.["available"] ?? 0)).toFixed(6);
    const { exitCode, err } = await run("override", "--scope", SALES, "--window", "month", "--usd", `+${usd}`, "--until", "2d", "--reason", "fair in Hanover", "--by", "ana");
    expect([exitCode, err]).toEqual([0, expect.any(String)]);
  };
  const batch: Request[] = [];
  let hasty: Request;

  it("the department runs dry: who may not wait is refused, who may is laid down, in the order of arrival", async () => {
    const refused: Response[] = [];
    while (refused.length === 0 && asked.length < ASKS_MAX) {
      const answer = await client.ask(draft());
      await client.settled([answer.requestId]);
      if (answer.status === "refused") refused.push(answer);
    }
    expect(refused).toMatchObject([{ refusal: { code: "budget_exceeded" } }]);
    hasty = draft({ latencyClass: "batch", deadlineAt: (Date.now() + 12 * SECOND_MS) * 1_000 });
    await client.send([hasty]);
    for (let index = 0; index < 5; index++) {
      batch.push(draft({ latencyClass: "batch" }));
      await client.send([batch.at(-1)!]);
      // The log's clock tells milliseconds apart.
      await sleep(5);
    }
    const lines = await parked(batch);
    expect(lines.map(({ requestId }) => requestId).filter((id) => id !== hasty.requestId)).toEqual(batch.map(({ requestId }) => requestId));
    expect(new Set(lines.map(({ waitsFor }) => waitsFor))).toEqual(new Set([`${SALES} (usd, month)`]));
    expect(answersTo(batch)).toEqual([]);
  });

  it("I4 exactly one answer: kill −9 loses none of them; whose deadline passed meanwhile is refused", async () => {
    const service = installation.service("standalone");
    await service.kill();
    while (Date.now() * 1_000 < hasty.deadlineAt!) await sleep(100);
    await service.start();
    const answer = await client.answerTo(hasty.requestId);
    expect([answer.status, answer.refusal?.code, answer.answeredAt]).toEqual(["refused", "deferred_deadline_exceeded", hasty.deadlineAt]);
    expect((await waiting()).map(({ requestId }) => requestId)).toEqual(batch.map(({ requestId }) => requestId));
    expect(answersTo(batch)).toEqual([]);
  });

  it("an override lets them go on, one after the other as there is room, in their order", async () => {
    const { need } = (await waiting())[0]!;
    for (let count = 1; count <= 3; count++) {
      await makeRoom(need);
      await client.eventually(`answer ${count}`, () => answersTo(batch).length >= count || undefined);
      await client.settled(batch.slice(0, count).map(({ requestId }) => requestId));
      expect(answersTo(batch).map(({ requestId, status }) => [requestId, status])).toEqual(batch.slice(0, count).map(({ requestId }) => [requestId, "answered"]));
    }
    await makeRoom(need * 20);
    await client.settled(batch.map(({ requestId }) => requestId));
    expect(await waiting()).toEqual([]);
    for (const { requestId } of batch) {
      const decision = await client.decisionOn(requestId);
      expect(Number(readPermit(decision.permit!.body).state["deferredSeconds"])).toBeGreaterThan(0);
      expect(decision).toMatchObject({ status: "answered", meta: { round: 1 } });
    }
  });

  it("providers that are all ill: who may wait goes on when one of them is well again", async () => {
    simulator.script({ fault: "error=503" });
    const ill = [draft({ department: "Legal", latencyClass: "batch" }), draft({ department: "Legal", latencyClass: "batch" })];
    const impatient = draft({ department: "Legal" });
    await client.send([...ill, impatient]);
    expect((await client.answerTo(impatient.requestId)).status).not.toBe("answered");
    for (const { waitsFor } of await parked(ill)) expect(waitsFor).toMatch(/^capacity of /);
    simulator.clearFaults();
    await client.settled(ill.map(({ requestId }) => requestId));
    expect(answersTo(ill).map(({ status }) => status)).toEqual(["answered", "answered"]);
  });

  it("I2 I3 I5 journal, store, decisions and the providers' own log agree", async () => {
    const requestIds = asked.map(({ requestId }) => requestId);
    await client.settled(requestIds);
    const rows = await decisionRowsOf(installation, requestIds);
    expect(audit(evidenceOf(client, policiesDir, simulator.calls, asked, rows))).toEqual([]);
    expect((await run("verify")).out).toContain("journal and store agree");
    expect(client.deadLetters).toEqual([]);
  });
}

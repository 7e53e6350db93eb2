import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { BudgetStatus, Response } from "@leverframe/events";
import { requestOf } from "../../../test/support/installation";
import { STAGE_MODULES } from "../src";
import { StagesHere } from "./stages-here";

const LOOP = 300;
const SCOPE = "department:acme/Legal";
const CAP_USD = "0.16";
const BUDGETS = `
tiers: { free: { capUsd: 0 }, low: { capUsd: 500 }, medium: { capUsd: 2000 } }
tenants:
  acme: { capUsd: 1000, eachAgentRun: { limits: [{ capRequests: 40, window: total }] }, departments: { Legal: { capUsd: "${CAP_USD}", tier: medium, alertPercents: [50, 80, 95], downgradeFromPercent: 90 } } }
`;

interface Told {
  readonly alertId: string;
  readonly kind: string;
  readonly title: string;
  readonly event: BudgetStatus;
}

/** A department runs dry in a whole installation, and somebody hears of each step. */
describe("a budget that runs dry in a running installation", () => {
  let here: StagesHere;
  let server: Server;
  const folder = mkdtempSync(path.join(tmpdir(), "leverframe-alerts-"));
  const told: Told[] = [];
  const answers: Response[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => void text(request).then((body) => (told.push(JSON.parse(body) as Told), response.end())));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cpSync(path.join(import.meta.dirname, "../../../policies"), folder, { recursive: true });
    // They are about the shipped budgets.
    for (const part of ["cases", "proofs"]) rmSync(path.join(folder, part), { recursive: true });
    writeFileSync(path.join(folder, "budgets.yaml"), BUDGETS);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(path.join(folder, "alerts.yaml"), `channels: { erp: { type: webhook, url: "${url}", secretEnv: TEST_ALERTS_KEY } }\nroutes: [{ channels: erp, scopes: "department:*" }, { channels: erp, kinds: runaway }]\n`);
    process.env["TEST_ALERTS_KEY"] = "key";
    here = await StagesHere.prepare();
    await here.start(STAGE_MODULES, { policies: { dir: folder, watchMs: 0 } });
  });
  afterAll(async () => {
    await here?.end();
    await new Promise((resolve) => server.close(resolve));
    delete process.env["TEST_ALERTS_KEY"];
    rmSync(folder, { recursive: true, force: true });
  });

  it("each threshold that is reached is told once, in order, by the time the budget refuses", async () => {
    for (let index = 0; index < 200 && answers.at(-1)?.refusal?.code !== "budget_exceeded"; index++) {
      answers.push(await here.client.ask(requestOf({ department: "Legal", taskType: "contract_review", riskClass: "low", maxOutputTokens: 200, text: "Review this clause: the supplier may change the price at any time." })));
    }
    expect(answers[0]!.status).toBe("answered");
    expect(answers.at(-1)).toMatchObject({ status: "refused", refusal: { code: "budget_exceeded" } });
    // The journal comes after the answers.
    await here.client.settled(answers.map(({ requestId }) => requestId));
    const cap = Number(CAP_USD) * 1_000_000;
    const settled = Math.max(...here.client.entries.flatMap(({ postings }) => postings.flatMap(({ scope, settledAfterMicroUsd }) => (scope === SCOPE ? [settledAfterMicroUsd] : []))));
    const reached = [50, 80, 90, 95, 100].filter((percent) => settled * 100 >= cap * percent);
    expect(reached).toContain(80);
    while (told.length < reached.length) await sleep(20);
    expect(told.map(({ kind, event }) => [kind, event.scope, event.thresholdPercent, event.cap])).toEqual(reached.map((percent) => ["threshold", SCOPE, percent, cap]));
    expect(told[0]!.title).toMatch(/^department:acme\/Legal has spent 50 % of its budget of 2\d{3}-\d\d$/);
    expect(told.map(({ event }) => event.band)).toEqual(reached.map((percent) => (percent >= 90 ? "exceeded" : "warning")));
    expect(settled).toBeLessThanOrEqual(cap);
  });

  it("I3 an agent that loops is stopped at its run's limit: no call beyond it, and somebody is told once", async () => {
    const asked = Array.from({ length: LOOP }, () => requestOf({ department: "Sales", agentRun: "night-job", text: "And now?" }));
    const callsBefore = here.simulator.calls.length;
    await here.client.send(asked);
    await here.client.settled(asked.map(({ requestId }) => requestId));
    const ids = new Set(asked.map(({ requestId }) => requestId));
    const got = here.client.responses.filter(({ requestId }) => ids.has(requestId));
    expect(got.filter(({ refusal }) => refusal?.code === "budget_exceeded")).toHaveLength(LOOP - 40);
    expect(got.find(({ refusal }) => refusal)?.refusal?.message).toContain("`run:acme/night-job` has 0 requests left");
    expect(here.simulator.calls.length - callsBefore).toBeLessThanOrEqual(40 * 4);
    const runaways = () => told.filter(({ kind }) => kind === "runaway");
    while (runaways().length === 0) await sleep(20);
    expect(runaways()).toMatchObject([{ alertId: "run:acme/night-job.runaway", title: "run:acme/night-job was stopped: it is at its limit of 40 requests" }]);
  });
});

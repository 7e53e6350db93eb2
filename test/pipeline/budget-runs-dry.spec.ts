import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BudgetStatus, Response } from "@leverframe/events";
import { audit } from "../support/audit";
import { decisionRowsOf, evidenceOf, Installation, leverframe, requestOf, ROOT, type TestClient, TopicReader } from "../support/installation";
import { type Simulator, startSimulator } from "../support/simulator";

const SALES = "department:acme/Sales";
const CAP_USD = 0.02;
const DOWNGRADE_PERCENT = 85;
const BUDGETS = `
timeZone: Europe/Berlin
tiers: { free: { capUsd: 0 }, low: { capUsd: 500 }, medium: { capUsd: 2000 } }
tenants:
  acme: { capUsd: 20000, departments: { Sales: { capUsd: "${CAP_USD}", tier: medium, alertPercents: [50], downgradeFromPercent: ${DOWNGRADE_PERCENT} } } }
`;
/** Eight thousand tokens of an open model: what is left of the budget does not pay for them. */
const LONG = { maxOutputTokens: 8_000, text: "Implement a function that merges two sorted lists." };
const ASKS_MAX = 200;
const BALANCES_FRESH_MS = 1_100;

/** The story of the README's section "Budgets", with real processes and the command line. */
describe("a department runs dry", () => {
  let simulator: Simulator;
  let installation: Installation;
  let client: TestClient;
  let alerts: TopicReader;
  const statuses: BudgetStatus[] = [];
  const asked: ReturnType<typeof requestOf>[] = [];
  const policiesDir = mkdtempSync(path.join(tmpdir(), "leverframe-dry-"));

  beforeAll(async () => {
    cpSync(path.join(ROOT, "policies"), policiesDir, { recursive: true });
    // They are about the shipped budgets.
    for (const part of ["cases", "proofs"]) rmSync(path.join(policiesDir, part), { recursive: true });
    writeFileSync(path.join(policiesDir, "budgets.yaml"), BUDGETS);
    simulator = await startSimulator({ recorded: false });
    installation = await Installation.start({ layout: "one", simulatorUrl: simulator.url, policiesDir });
    client = await installation.client();
    await client.watch();
    alerts = await TopicReader.open(client.log, [client.names.name("budget-status")], ({ value }) => {
      void Promise.resolve(client.codec.decode("budget-status", value ?? new Uint8Array())).then((status) => statuses.push(status));
    });
  });
  afterAll(async () => {
    await alerts?.close();
    await installation?.destroy();
    await simulator?.close();
    rmSync(policiesDir, { recursive: true, force: true });
  });

  /** One after the other: what a request holds until it is over is not there for the next. */
  const ask = async (draft: Parameters<typeof requestOf>[0]): Promise<Response> => {
    const request = requestOf({ department: "Sales", maxOutputTokens: 300, ...draft });
    asked.push(request);
    const answer = await client.ask(request);
    await client.settled([request.requestId]);
    return answer;
  };
  const settledUsd = (): number => {
    const postings = client.entries.flatMap((entry) => entry.postings).filter(({ scope, unit }) => scope === SALES && unit === "usd");
    return Math.max(0, ...postings.map(({ settledAfterMicroUsd }) => settledAfterMicroUsd)) / 1e6;
  };
  const run = (...args: readonly string[]) => leverframe(installation.env, "ledger", ...args);
  const balance = async () => (JSON.parse((await run("balance", "--scope", SALES, "--format", "json")).out) as Record<string, number>[])[0]!;

  it("alert: somebody is told at half of it; downgrade: from the threshold on only open models answer", async () => {
    const answers: Response[] = [];
    while (answers.length < ASKS_MAX && !answers.at(-1)?.candidate?.startsWith("oss/")) {
      answers.push(await ask({ text: "Draft an email to a customer about a price change." }));
      // The policy gate looks at balances once a second.
      if (settledUsd() >= (CAP_USD * DOWNGRADE_PERCENT) / 100) await sleep(BALANCES_FRESH_MS);
    }
    expect(answers.every(({ status }) => status === "answered")).toBe(true);
    expect(answers.slice(0, -1).every(({ candidate }) => candidate?.startsWith("openai/"))).toBe(true);
    const { settled = 0, usedRatio = 0 } = await balance();
    expect(usedRatio).toBeGreaterThanOrEqual(DOWNGRADE_PERCENT / 100);
    expect(settled).toBeLessThanOrEqual(CAP_USD);
    await client.eventually("the alerts", () => statuses.length >= 2 || undefined);
    expect(statuses.map(({ scope, thresholdPercent, band }) => [scope, thresholdPercent, band])).toEqual([[SALES, 50, "warning"], [SALES, DOWNGRADE_PERCENT, "exceeded"]]);
  });

  it("refusal: what the rest does not pay for is refused, and says how much is left", async () => {
    const { status, refusal } = await ask(LONG);
    expect([status, refusal?.code]).toEqual(["refused", "budget_exceeded"]);
    const { available = 0 } = await balance();
    expect(refusal?.message).toBe(`\`${SALES}\` has $${available.toFixed(6)} left, which covers the worst case of no permitted candidate`);
  });

  it("override: more for a while, with a name and a reason, and the next request is answered", async () => {
    const { out, exitCode } = await run("override", "--scope", SALES, "--window", "month", "--usd", "+5", "--until", "2d", "--reason", "fair in Hanover", "--by", "ana");
    expect(out).toContain("$5.020000");
    expect(exitCode).toBe(0);
    expect((await ask(LONG)).status).toBe("answered");
    expect(await balance()).toMatchObject({ cap: 5.02, override: 5 });
    await client.eventually("the override in the journal", () => client.entries.some(({ kind }) => kind === "override") || undefined);
    expect((await run("entries", "--kind", "override")).out).toContain(`${SALES}`);
  });

  it("I2 I3 report: what was spent stands in the report; journal, store and the providers' own log agree", async () => {
    const requestIds = asked.map(({ requestId }) => requestId);
    await client.settled(requestIds);
    const rows = await decisionRowsOf(installation, requestIds);
    const { out } = await leverframe(installation.env, "report", "spend", "--format", "json");
    const sales = (JSON.parse(out) as Record<string, number | string>[]).find(({ department }) => department === "Sales");
    expect(sales).toMatchObject({ requests: asked.length, refused: 1 });
    expect(Number(sales?.["costUsd"])).toBeCloseTo((await balance())["settled"]!, 4);
    const verified = await run("verify");
    expect(verified.out).toContain("journal and store agree");
    expect(verified.out).toContain("every reservation cleared to zero");
    expect(verified.exitCode).toBe(0);
    expect(audit(evidenceOf(client, policiesDir, simulator.calls, asked, rows))).toEqual([]);
  });
});

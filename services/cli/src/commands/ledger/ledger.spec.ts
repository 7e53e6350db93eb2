import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type AccountRef, ledgerEntryOf } from "@leverframe/budget";
import { topicSpecs } from "@leverframe/contracts";
import { type Ledger, openSqliteLedger } from "@leverframe/ledger";
import { loadConfig } from "@leverframe/nest";
import { type Installation, withInstallation } from "../../installation";
import { runCommandLine } from "../../program";
import { capturedTerminal } from "../../testing/captured-terminal";
import { decisionFixture } from "../../testing/decision-fixture";
import { withTemporaryFolder } from "../../testing/temporary-installation";

/** Where the shipped budgets live: in its last hours a month of UTC is over there. */
const MONTH = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin", year: "numeric", month: "2-digit" }).format(new Date());
const SALES = "department:acme/Sales";
const ACCOUNTS: readonly AccountRef[] = [
  { scope: "tenant:acme", window: MONTH, unit: "usd", only: null, cap: 20_000_000_000, hard: true },
  { scope: SALES, window: MONTH, unit: "usd", only: null, cap: 3_000_000_000, hard: true },
];
const NOW = Date.now() * 1_000;

interface Site {
  readonly folder: string;
  readonly ledger: Ledger;
  readonly installation: Installation;
  run(...argv: readonly string[]): Promise<{ readonly exitCode: number; readonly out: string; readonly err: string }>;
  json(...argv: readonly string[]): Promise<Record<string, unknown>>;
  /** One call of a request: reserved at 5 dollars, charged at what is said. */
  spend(id: string, chargeMicroUsd: number): Promise<void>;
  /** What the budget-ledger does: the outbox onto the log. */
  relay(): Promise<void>;
}

function withSite(use: (site: Site) => Promise<void>): Promise<void> {
  return withTemporaryFolder((folder) =>
    withInstallation(loadConfig({ env: {}, overrides: { dataDir: folder } }), async (installation) => {
      const { log, codec, names } = installation;
      await log.ensureTopics(topicSpecs(["default"], { names }));
      const ledger = openSqliteLedger({ path: path.join(folder, "ledger.db") });
      const run = async (...argv: readonly string[]) => {
        const terminal = capturedTerminal("", 160);
        const exitCode = await runCommandLine(["--data-dir", folder, "ledger", ...argv], terminal);
        return { exitCode, out: terminal.outLines.join("\n"), err: terminal.errLines.join("\n") };
      };
      const site: Site = {
        folder, ledger, installation, run,
        json: async (...argv) => JSON.parse((await run(...argv, "--format", "json")).out) as Record<string, unknown>,
        spend: async (id, chargeMicroUsd) => {
          const times = { deadlineAtMicros: 2 * NOW, nowMicros: NOW };
          await ledger.reserve({ reservationId: id, requestId: `request-${id}`, tenant: "acme", amountsMicroUsd: [5_000_000], accounts: ACCOUNTS, ...times });
          const attempt = { attemptId: `${id}.attempt.0`, reservationId: id, nowMicros: NOW };
          await ledger.attempts.begin({ ...attempt, worstCaseMicroUsd: 5_000_000, owner: "me" });
          await ledger.attempts.finish({ ...attempt, chargeMicroUsd, costNanoUsd: BigInt(chargeMicroUsd) * 1_000n, outcome: new Uint8Array(1) });
          await ledger.release({ reservationId: id, nowMicros: NOW });
        },
        relay: async () => {
          const entries = await ledger.outbox.read(1_000);
          await log.append(entries.map((entry) => ({ topic: names.name("ledger-entries"), key: Buffer.from(entry.requestId), value: codec.encode("ledger-entry", ledgerEntryOf(entry)) })));
          await ledger.outbox.acknowledge(entries.map(({ entryId }) => entryId));
        },
      };
      try {
        await use(site);
      } finally {
        await ledger.close();
      }
    }),
  );
}

describe("leverframe ledger", () => {
  it("balance shows what is spent, held and left, as a table and for programs", () =>
    withSite(async ({ run, json, spend }) => {
      expect((await run("balance")).err).toContain("no account has anything on it");
      await spend("a", 1_250_000);
      const { out, exitCode } = await run("balance", "--scope", "department:");
      expect(exitCode).toBe(0);
      expect(out).toMatch(new RegExp(`${SALES} +${MONTH} +usd +\\$1\\.250000 +\\$0\\.000000 +\\$3,000\\.00 +– +\\$2,998\\.75 +0\\.0 %`));
      expect(await json("balance", "--scope", "tenant:")).toEqual([expect.objectContaining({ scope: "tenant:acme", settled: 1.25, reserved: 0, cap: 20_000, available: 19_998.75 })]);
    }));

  it("entries shows the newest, by request, scope and kind", () =>
    withSite(async ({ run, json, spend, relay, ledger }) => {
      await spend("a", 1);
      await spend("b", 2);
      await relay();
      expect(await json("entries", "--last", "2")).toMatchObject([{ sequence: 5, kind: "settled" }, { sequence: 6, kind: "released" }]);
      expect(await json("entries", "--request", "request-a")).toMatchObject([{ kind: "reserved" }, { kind: "settled", costNanoUsd: "1000" }, { kind: "released" }]);
      expect(await json("entries", "--kind", "settled", "--scope", SALES)).toHaveLength(2);
      const { out, err } = await run("entries", "--last", "1");
      expect(out).toContain("released");
      expect(err).toBe("the newest 1 of 6; --last shows more");
      expect((await run("entries", "--scope", "team:")).err).toContain("no such entry");
      await ledger.reserve({ reservationId: "open", requestId: "q", tenant: "acme", amountsMicroUsd: [9], accounts: ACCOUNTS, deadlineAtMicros: 2 * NOW, nowMicros: NOW });
      expect(await json("entries", "--uncleared")).toMatchObject([{ reservationId: "open", openUsd: 0.000009 }]);
    }));

  it("verify proves that journal and store agree, with entries on the log and entries still in the outbox, and says where they do not", () =>
    withSite(async ({ run, json, spend, relay, folder, installation, ledger }) => {
      await spend("a", 1_000_000);
      await relay();
      await spend("b", 2_000_000);
      const sound = await run("verify");
      expect(sound.out).toContain("journal and store agree: 6 entries up to 6, 2 accounts");
      expect(sound.exitCode).toBe(0);
      // An entry that the store never wrote.
      const [entry] = (await ledger.outbox.read(1)).map(ledgerEntryOf);
      const { log, codec, names } = installation;
      await log.append([{ topic: names.name("ledger-entries"), key: null, value: codec.encode("ledger-entry", { ...entry!, sequence: 7, entryId: "forged" }) }]);
      const { exitCode, out } = await run("verify");
      expect(exitCode).toBe(1);
      expect(out).toContain("✗ the journal has entry 7, the store stands at 6: it lost its newest entries and must be rebuilt");
      expect(await json("verify")).toMatchObject({ agree: false, entries: 6 });
      expect((await run("verify", "--opening", path.join(folder, "nothing.json"))).err).toContain("nothing.json` does not exist");
    }));

  it("rebuild leaves a sound store in peace, brings back a lost one, and goes on from a snapshot", () =>
    withSite(async ({ run, json, spend, relay, folder, ledger }) => {
      await spend("a", 1_000_000);
      await relay();
      expect((await run("rebuild")).out).toMatch(/^store and journal agree \(3 journal entries .*nothing to rebuild$/);
      const file = path.join(folder, "snapshot.json");
      expect((await run("rebuild", "--to", file)).out).toContain(`2 accounts, 0 open reservations and 0 overrides as of entry 3 written to ${file}`);
      await ledger.close();
      for (const name of ["ledger.db", "ledger.db-wal", "ledger.db-shm"]) rmSync(path.join(folder, name), { force: true });
      expect((await run("verify")).exitCode).toBe(1);
      expect(await json("rebuild")).toMatchObject({ done: "restored", entries: 3, sequence: 3, accounts: 2 });
      expect(await json("balance", "--scope", "tenant:")).toMatchObject([{ settled: 1, reserved: 0 }]);
      expect(await json("verify")).toMatchObject({ agree: true });
      expect(await json("verify", "--opening", file)).toMatchObject({ agree: true, entries: 0 });
    }));

  it("rebuild refuses a journal with a hole, unless it is forced, and then says what is missing", () =>
    withSite(async ({ run, json, spend, ledger }) => {
      await spend("a", 1_000_000);
      await ledger.outbox.acknowledge(["a.attempt.0.settled"]);
      await ledger.outbox.read(9).then(() => ledger.outbox.acknowledge(["a.attempt.0.settled"]));
      const refused = await run("rebuild");
      expect(refused.exitCode).toBe(1);
      expect(refused.out).toContain("the journal cannot be rebuilt from");
      expect(refused.out).toContain("✗ entry 2 is missing");
      expect(await json("rebuild", "--force")).toMatchObject({ done: "restored", findings: expect.arrayContaining(["entry 2 is missing"]) });
    }));

  it("override raises a cap for a time; who and why stand in the journal", () =>
    withSite(async ({ run, json, spend, relay }) => {
      await spend("a", 1_000_000);
      const until = ["--until", "7d", "--reason", "quarter end"];
      const { out, exitCode } = await run("override", "--scope", SALES, "--window", "month", "--usd", "+500", ...until, "--by", "ana", "--id", "o1");
      expect(exitCode).toBe(0);
      for (const fact of ["Override o1", `month ${MONTH}`, "+$500.00", "$3,500.00", "ana", "quarter end"]) expect(out).toContain(fact);
      expect((await run("override", "--scope", SALES, "--window", "month", "--usd", "+500", ...until, "--by", "ana", "--id", "o1")).err).toContain("another change");
      expect(await json("balance", "--scope", SALES)).toMatchObject([{ cap: 3_500, override: 500, available: 3_499 }]);
      await relay();
      expect((await run("entries", "--kind", "override")).out).toContain(`${SALES} ${MONTH} by ana: quarter end`);
      expect((await run("verify")).out).toContain("1 override in the store stands in the journal");
    }));

  it.each([
    [["--usd", "lots"], "--usd is `lots`; expected dollars"],
    [["--tokens", "1.5"], "--tokens is `1.5`; expected a whole number"],
    [["--usd", "1", "--tokens", "1"], "expected one of --usd, --tokens and --requests"],
    [["--usd", "+1", "--until", "yesterday"], "--until is `yesterday`; expected a time"],
    [["--usd", "+1", "--until", "2020-01-01"], "--until is `2020-01-01`; expected a time to come"],
    [["--usd", "+1", "--window", "minute"], "a minute is over before anybody could use it"],
    [["--usd", "+1", "--window", "fortnight"], "--window is `fortnight`; expected one of"],
    [["--usd", "+1", "--scope", "Sales"], "--scope is `Sales`; expected a scope such as"],
    [["--usd", "+1", "--scope", "department:acme/Nobody", "--window", "day"], "`department:acme/Nobody` has no cap in usd for `"],
    [["--usd", "+1", "--reason", " "], "--reason is ` `; expected 1 to 500 characters"],
  ])("override says what is wrong with %j", (given, message) =>
    withSite(async ({ run }) => {
      const usual = { "--scope": SALES, "--window": "month", "--until": "1d", "--reason": "r" };
      const argv = Object.entries(usual).flatMap(([name, value]) => (given.includes(name) ? [] : [name, value]));
      const { exitCode, err } = await run("override", ...argv, ...given);
      expect(exitCode).toBe(2);
      expect(err).toContain(message);
    }));
});

describe("leverframe ledger reconcile", () => {
  /** Two calls, of a decision that names their requests at the provider. */
  async function called(site: Site): Promise<void> {
    const decision = decisionFixture();
    const rounds = decision.rounds.map((round, index) => ({ ...round, attempts: round.attempts.map((attempt) => ({ ...attempt, attemptId: `r${index}.attempt.0`, provider: "openai", model: "mini", startedAt: NOW, providerRequestId: `req_${index}` })) }));
    const { log, codec, names } = site.installation;
    await log.append([{ topic: names.name("decisions"), key: null, value: codec.encode("decision", { ...decision, rounds }) }]);
    await site.spend("r0", 1_000_000);
    await site.spend("r1", 2_000_000);
    await site.relay();
  }
  const today = new Date(NOW / 1_000).toISOString().slice(0, 10);

  it("finds what is priced differently and what is missing on either side, with totals", () =>
    withSite(async (site) => {
      await called(site);
      const file = path.join(site.folder, "invoice.csv");
      writeFileSync(file, `date,request_id,model,amount_usd\n${today},req_0,mini,1.00\n${today},req_9,mini,0.25\n${today}T10:00:00Z,req_1,mini,2.5e0\n`);
      const { exitCode, out, err } = await site.run("reconcile", file, "--provider", "openai");
      expect(exitCode).toBe(1);
      expect(err).toBe("");
      expect(out).toMatch(/priced differently +openai +mini +\S+ +req_1 +4 +1 +\$2\.500000 +\$2\.000000 +\$0\.500000/);
      expect(out).toMatch(/missing in journal +openai +mini +\S+ +req_9/);
      expect(out).toMatch(/all +3 +2 +\$3\.750000 +\$3\.000000 +\$0\.750000/);
      writeFileSync(file, `date,request_id,model,amount_usd\n${today},req_0,mini,1.00\n${today},req_1,mini,2.00\n`);
      expect((await site.run("reconcile", file, "--provider", "openai")).exitCode).toBe(0);
      writeFileSync(file, `Tag;x\n`);
    }));

  it("with --settle brings a charge whose end nobody saw down to what the provider bills", () =>
    withSite(async (site) => {
      await called(site);
      const { ledger, run, folder } = site;
      await ledger.reserve({ reservationId: "u0", requestId: "request-u0", tenant: "acme", amountsMicroUsd: [5_000_000], accounts: ACCOUNTS, deadlineAtMicros: 2 * NOW, nowMicros: NOW });
      const attempt = { reservationId: "u0", attemptId: "u0.attempt.0", nowMicros: NOW };
      await ledger.attempts.begin({ ...attempt, worstCaseMicroUsd: 5_000_000, owner: "dead" });
      await ledger.attempts.finish({ ...attempt, chargeMicroUsd: 5_000_000, costNanoUsd: 5_000_000_000n, basis: "unseen", outcome: new Uint8Array(1) });
      await ledger.release({ reservationId: "u0", nowMicros: NOW });
      await site.relay();
      const decision = decisionFixture();
      const [round] = decision.rounds;
      const unseen = { ...round!.attempts[0]!, attemptId: "u0.attempt.0", provider: "openai", model: "mini", startedAt: NOW, providerRequestId: "req_u" };
      const { log, codec, names } = site.installation;
      await log.append([{ topic: names.name("decisions"), key: null, value: codec.encode("decision", { ...decision, rounds: [{ ...round!, attempts: [unseen] }] }) }]);
      const file = path.join(folder, "invoice.csv");
      writeFileSync(file, `date,request_id,model,amount_usd\n${today},req_0,mini,1.00\n${today},req_1,mini,2.00\n${today},req_u,mini,0.75\n`);
      const { err } = await run("reconcile", file, "--provider", "openai", "--settle");
      expect(err).toBe("1 charge corrected");
      expect(await ledger.balances("tenant:")).toMatchObject([{ settled: 3_750_000 }]);
      await site.relay();
      expect((await run("reconcile", file, "--provider", "openai", "--settle")).exitCode).toBe(0);
      expect((await run("verify")).exitCode).toBe(0);
    }));

  it("reads what providers export: other headings, sums by day and model, models of other names; and says which lines it cannot", () =>
    withSite(async (site) => {
      await called(site);
      const file = path.join(site.folder, "invoice.csv");
      writeFileSync(file, `"Vendor","Usage Date","SKU","Price ($)"\nopenai,${today},mini-2026,"$3.00"\nopenai,someday,mini,1\nopenai,${today},mini,free\n`);
      const options = ["--column", "cost=Price ($)", "--model", "mini-2026=mini", "--all"];
      const { exitCode, out, err } = await site.run("reconcile", file, ...options);
      expect(exitCode).toBe(1);
      expect(err.split("\n")).toEqual([
        `${file}:3: the day is \`someday\`; expected one such as \`2026-11-21\` or a time in UTC`,
        `${file}:4: the cost is \`free\`; expected dollars such as \`12.345\``,
      ]);
      expect(out).toMatch(/matched +openai +mini +\S+ +– +2 +2 +\$3\.000000 +\$3\.000000 +\$0\.000000/);
      expect((await site.run("reconcile", file)).err).toContain("has no column of the cost: its headings are `Vendor`, `Usage Date`, `SKU`, `Price ($)`");
      expect((await site.run("reconcile", path.join(site.folder, "none.csv"))).err).toContain("none.csv` does not exist");
      expect(readFileSync(file, "utf8")).toContain("openai");
    }));
});

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { Writable } from "node:stream";
import { TOPIC_NAMES } from "@leverframe/contracts";
import type { Response } from "@leverframe/events";
import { createStageApp, type StageApp } from "@leverframe/nest";
import { PoliciesCopy } from "../../../test/policy";
import { analyticsOf, decisionRowsOf, Installation, requestOf, type TestClient, TopicReader } from "../../../test/support/installation";
import { type Simulator, startSimulator } from "../../../test/support/simulator";
import { STAGE_MODULES } from "../src";
import { EchoingProvider } from "./echoing-provider";

/** A word that stands in nothing but keys. */
const CANARY = "cAnArY7Zq";
const REVOKED = `sk-${CANARY}-revoked-1111`;
const KEYS = { good: `sk-${CANARY}-good-2222`, oss: `sk-${CANARY}-oss-3333`, boundary: `sk-${CANARY}-boundary-4444`, echoed: `sk-${CANARY}-echoed-5555` };
const VAULT_TOKEN = `hvs.${CANARY}-token-6666`;

const FAULTS = ["error=400", "error=401", "error=402", "error=403", "error=404", "error=408", "error=413", "error=418", "429=0", "error=500", "error=502", "error=503", "error=529", "reset", "malformed", "empty", "cut", "refuse", "refuse=filter", null];

/** A secret manager that holds one key, and a trace collector: what they are sent is kept. */
async function listening(answer: (url: string) => object, bodies: string[] = []): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("latin1")));
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer(request.url ?? "")));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Every file below a folder as text of single bytes. */
function* filesBelow(folder: string): Generator<[string, string]> {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (statSync(file).isDirectory()) yield* filesBelow(file);
    else yield [file, readFileSync(file, "latin1")];
  }
}

describe("keys of providers, through failures of every kind", () => {
  const policies = new PoliciesCopy();
  const logged: string[] = [];
  const traced: string[] = [];
  const answers: Response[] = [];
  let simulator: Simulator;
  let echoing: EchoingProvider;
  let vault: { server: Server; url: string };
  let collector: { server: Server; url: string };
  let installation: Installation;
  let client: TestClient;
  let app: StageApp;
  let metrics = "";

  beforeAll(async () => {
    simulator = await startSimulator({ recorded: false, apiKeys: [KEYS.good, KEYS.oss, KEYS.boundary] });
    echoing = await EchoingProvider.start();
    vault = await listening(() => ({ data: { data: { key: KEYS.boundary } } }));
    collector = await listening(() => ({}), traced);
    const keyFile = path.join(path.dirname(policies.dir), "openai-key");
    writeFileSync(keyFile, `${KEYS.good}\n`);
    const catalog = policies
      .read("catalog.yaml")
      .replace("apiKeyEnv: OPENAI_API_KEY", `apiKeys: [{ env: CANARY_REVOKED }, { file: ${keyFile} }]`)
      // The cheapest of all, so that it is asked first.
      .replace("inputUsd: 0.40, cachedInputUsd: 0.04, outputUsd: 2.40", "inputUsd: 0.01, outputUsd: 0.01")
      .replace("apiKeyEnv: BOUNDARY_API_KEY", 'apiKeys: [{ vault: "secret/llm/boundary#key" }]');
    policies.write("catalog.yaml", catalog);
    Object.assign(process.env, { CANARY_REVOKED: REVOKED, OSS_API_KEY: KEYS.oss, ANTHROPIC_API_KEY: KEYS.echoed });
    installation = await Installation.prepare({ layout: "one", simulatorUrl: simulator.url, policiesDir: policies.dir, env: { OSS_API_KEY: KEYS.oss, ANTHROPIC_API_KEY: KEYS.echoed } });
    client = await installation.client();
    await client.provision();
    await client.watch();
    const baseUrls = [...installation.env["LEVERFRAME_PROVIDERS_BASE_URLS"]!.split(",").filter((one) => !one.startsWith("anthropic=")), `anthropic=${echoing.url}`];
    app = await createStageApp(STAGE_MODULES, {
      env: installation.env,
      logDestination: new Writable({ write: (chunk: Buffer, _, done) => (logged.push(chunk.toString()), done()) }),
      overrides: {
        log: { level: "trace" },
        policies: { watchMs: 0 },
        providers: { baseUrls },
        vault: { url: vault.url, token: VAULT_TOKEN },
        otlp: { endpoint: `${collector.url}/v1/traces` },
        // Nobody is spared here: every call is to be made, and to fail.
        health: { failuresInRowMax: 1_000, successRateMin: 0, ejectedShareMax: 0 },
      },
    });
  });

  afterAll(async () => {
    await app?.close();
    await installation?.destroy();
    await simulator?.close();
    echoing?.close();
    for (const one of [vault, collector]) one?.server.close();
    policies.remove();
    for (const name of ["CANARY_REVOKED"]) delete process.env[name];
  });

  it("a revoked key is put aside and the next one tried, and no request fails for it", async () => {
    for (let request = 0; request < 6; request++) answers.push(await client.ask(requestOf()));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill("answered"));
    const rejected = simulator.calls.filter(({ provider, status }) => provider === "openai" && status === 401).length;
    const attempts = client.decisions.flatMap(({ rounds }) => rounds.flatMap((round) => round.attempts)).filter(({ outcome, provider }) => outcome === "auth" && provider === "openai");
    expect([rejected, attempts.length]).toEqual([1, 1]);
    expect(new Set(answers.map(({ candidate }) => candidate))).toEqual(new Set(["openai/gpt-5.4-mini"]));
    metrics = await (await fetch(`${app.address}/metrics`)).text();
    expect(metrics).toContain('leverframe_provider_key_quarantined{provider="openai",deployment="openai/gpt-5.4-mini",place="env:CANARY_REVOKED",reason="auth"} 1');
  });

  it("failures of every kind happen, to calls that carry every key", async () => {
    for (const provider of ["oss", "openai", "boundary"]) simulator.script({ provider, sequence: FAULTS, repeat: true });
    const drafts = [{}, { department: "R&D", taskType: "coding" }, { department: "Legal", taskType: "contract_review" }, { riskClass: "high" as const }, { riskClass: "regulated" as const }, { department: "Marketing", taskType: "creative" }];
    for (let round = 0; round < 40; round++) {
      answers.push(...(await Promise.all(drafts.map((draft) => client.ask(requestOf({ ...draft, text: `Hello, number ${round}`, deadlineAt: Date.now() * 1_000 + 20_000_000 }))))));
      if (echoing.calls >= 2 * EchoingProvider.illnesses && round >= 15) break;
    }
    await client.sendBytes(Buffer.from("no request"), "poison");
    await client.eventually("the dead letter", () => client.deadLetters[0]);
    const outcomes = new Set(client.decisions.flatMap(({ rounds }) => rounds.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome))));
    for (const kind of ["succeeded", "auth", "quota", "rate_limited", "overloaded", "connection", "malformed_output", "unavailable", "bad_request", "context_overflow", "content_refused"]) expect([...outcomes]).toContain(kind);
    expect([...echoing.keys]).toEqual([KEYS.echoed]);
    expect(echoing.calls).toBeGreaterThan(EchoingProvider.illnesses);
  });

  it("no log line, event, dead letter, answer, metric, trace, stored row or file holds any part of one", async () => {
    const requestIds = answers.map(({ requestId }) => requestId);
    expect((await decisionRowsOf(installation, requestIds.slice(0, 50))).length).toBe(50);
    const analytics = analyticsOf(installation);
    const tables = await analytics.query("SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE '%_raw'");
    const stored: Record<string, string> = {};
    for (const { name } of tables) stored[String(name)] = JSON.stringify(await analytics.query(`SELECT * FROM ${String(name)}`));
    await analytics.close();

    const topics: Record<string, string> = {};
    const names = TOPIC_NAMES.flatMap((topic) => client.names.all(topic, client.applications));
    const reader = await TopicReader.open(client.log, names, ({ topic, key, value, headers }) => {
      topics[topic] = `${topics[topic] ?? ""}${[key, value, ...Object.values(headers)].map((bytes) => Buffer.from(bytes ?? []).toString("latin1")).join("\n")}`;
    });
    const ends = await Promise.all(names.map((name) => client.log.endOffsets(name)));
    const records = ends.flat().reduce((sum, { offset }) => sum + Number(offset), 0);
    await client.eventually("every topic to be read", () => (reader.records.length >= records ? true : undefined));
    await reader.close();
    metrics += await (await fetch(`${app.address}/metrics`)).text();
    await app.close();

    const places: Record<string, string> = { logged: logged.join(""), traced: traced.join(""), metrics, answers: JSON.stringify(answers, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)), ...stored, ...topics };
    for (const [file, bytes] of filesBelow(installation.dataDir)) places[file] = bytes;
    // Everything was looked at, and is what it should be.
    expect(places["logged"]).toContain("a provider rejected a key");
    expect(traced.length).toBeGreaterThan(0);
    expect(Object.keys(stored).length).toBeGreaterThan(5);
    expect(places["attempts_raw"]).toContain("[key]");
    expect(Object.keys(topics)).toEqual(expect.arrayContaining(["requests", "funded", "executed", "responses", "decisions", "ledger-entries", "dead-letters"]));
    expect(Object.entries(places).filter(([, text]) => text.includes(CANARY)).map(([place]) => place)).toEqual([]);
  });
});

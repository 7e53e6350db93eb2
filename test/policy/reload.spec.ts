import { CHECK_NAMES } from "@leverframe/evaluation";
import type { Request } from "@leverframe/events";
import { readPermit } from "@leverframe/permit";
import { checkPolicies } from "@leverframe/policy-source";
import { evidenceOf, Installation, requestOf, type RequestDraft, type TestClient } from "../support/installation";
import { audit } from "../support/audit";
import { type Simulator, startSimulator } from "../support/simulator";
import { SPOILERS } from "./broken-sets";
import { Dice } from "./dice";
import { Flow } from "./flow";
import { PoliciesCopy } from "./policies-copy";
import { PolicyChanges } from "./policy-changes";

const BROKEN_SETS = 100;
const SEED = 861;
const FLIPS = 12;
const LOCATED = /^[\w/-]+\.yaml:\d+:\d+: \S/;
const EVERY_MS = 25;

const tagged = (tag: string) => `rules:\n  - { id: flip, owner: tests, oblige: { auditTags: [${tag}] } }\n`;

describe("a running installation whose policies change", () => {
  let policies: PoliciesCopy;
  let simulator: Simulator;
  let installation: Installation;
  let client: TestClient;
  let changes: PolicyChanges;
  beforeAll(async () => {
    policies = new PoliciesCopy();
    simulator = await startSimulator({ recorded: false });
    const env = { LEVERFRAME_POLICIES_WATCH_MS: "20" };
    installation = await Installation.start({ layout: "one", simulatorUrl: simulator.url, policiesDir: policies.dir, env });
    client = await installation.client();
    await client.watch();
    changes = await PolicyChanges.watch(client);
  });
  afterAll(async () => {
    await changes?.close();
    await installation?.destroy();
    await simulator?.close();
    policies?.remove();
  });

  const asked: Request[][] = [];
  const flowEvery = (everyMs: number): Flow => {
    const flow = new Flow(client, everyMs);
    asked.push(flow.asked);
    flows.push(flow);
    return flow;
  };
  const ask = (draft: RequestDraft) => {
    const request = requestOf(draft);
    asked.push([request]);
    return client.ask(request);
  };
  const flows: Flow[] = [];
  afterEach(async () => {
    for (const flow of flows.splice(0)) await flow.end();
  });
  const started = () => client.eventually("what the gate started with", () => changes.of("started")[0]);
  const answersTo = (flow: Flow) => flow.asked.map(({ requestId }) => client.responses.find((response) => response.requestId === requestId)!);
  const decisionsOn = (flow: Flow) => flow.asked.map(({ requestId }) => client.decisions.find(({ meta }) => meta.requestId === requestId)!);

  it("I6 none of 100 broken sets replaces the good one, each is refused where it is broken, and no request fails meanwhile", async () => {
    const { policyVersion } = await started();
    const dice = new Dice(SEED);
    const good = policies.files();
    const flow = flowEvery(EVERY_MS);
    for (let index = 0; index < BROKEN_SETS; index++) {
      const spoil = SPOILERS[index % SPOILERS.length]!;
      const { how, file, text } = spoil(good, dice);
      const before = good.find(({ path }) => path === file)?.text ?? null;
      const files = [...good.filter(({ path }) => path !== file), ...(text === null ? [] : [{ path: file, text }])];
      if (checkPolicies({ files, active: null, checkNames: CHECK_NAMES }).problems.length === 0) throw new Error(`set ${index} (${how}, ${file}) is not broken`);
      policies.put(file, text);
      const refusal = await client.eventually(`the refusal of set ${index} (${how}, ${file})`, () => changes.of("refused")[index]);
      expect(refusal).toMatchObject({ policyVersion, policyVersionBefore: policyVersion, actorSource: "os" });
      expect(refusal.problems.filter((problem) => !LOCATED.test(problem) && !/^and \d+ more$/.test(problem))).toEqual([]);
      expect(refusal.problems.some((problem) => problem.startsWith(`${file}:`))).toBe(true);
      policies.put(file, before);
    }
    await flow.end();
    expect(flow.asked.length).toBeGreaterThan(BROKEN_SETS);
    expect(new Set(answersTo(flow).map(({ status }) => status))).toEqual(new Set(["answered"]));
    expect(new Set(decisionsOn(flow).map((decision) => decision.policyVersion))).toEqual(new Set([policyVersion]));
    expect(changes.of("changed")).toEqual([]);
    // Each of the hundred is checked whole: the longest test there is.
  }, 900_000);

  it("I6 every decision under load is made with one of the sets as a whole, and every set is on record before its first decision", async () => {
    const before = changes.of("changed").length;
    const flow = flowEvery(5);
    for (let flip = 0; flip < FLIPS; flip++) {
      policies.write("rules/flip.yaml", tagged(flip % 2 === 0 ? "even" : "odd"));
      await client.eventually(`change ${flip}`, () => changes.of("changed")[before + flip]);
    }
    await flow.end();
    const made = changes.of("changed").slice(before);
    expect(made[0]).toMatchObject({ files: ["rules/flip.yaml"], changes: ["rule `flip` added"], behaviour: [expect.stringContaining("obligation `auditTags`")], actorSource: "os", dirty: false });
    expect(made[1]).toMatchObject({ files: ["rules/flip.yaml"], changes: ["rule `flip` changed"], policyVersionBefore: made[0]!.policyVersion });
    const tagOf = new Map([[made[0]!.policyVersionBefore, "neither"], [made[0]!.policyVersion, "even"], [made[1]!.policyVersion, "odd"]]);
    expect(tagOf.size).toBe(3);

    const seen = new Set<string>();
    for (const decision of decisionsOn(flow)) {
      expect(decision.status).toBe("answered");
      const permit = readPermit(decision.permit!.body);
      const tag = permit.obligations.auditTags.find((one) => one === "even" || one === "odd") ?? "neither";
      expect([permit.policyVersion, tagOf.get(decision.policyVersion)]).toEqual([decision.policyVersion, tag]);
      seen.add(tag);
    }
    expect(seen).toContain("even");
    expect(seen).toContain("odd");
    const metrics = await (await fetch(`${installation.service("standalone").address}/metrics`)).text();
    expect(metrics).toContain(`leverframe_policy_info{policy_version="${made.at(-1)!.policyVersion}"`);
    expect(metrics).toMatch(/leverframe_policy_reloads_total\{result="changed"\} 12\n/);
  });

  it("a new department needs no code: YAML alone, while the installation runs", async () => {
    const robotics = { department: "Robotics" };
    expect(await ask(robotics)).toMatchObject({ status: "refused", refusal: { code: "identity_mismatch" } });
    const before = changes.of("changed").length;
    policies.addDepartment("default", "Robotics");
    await client.eventually("the new department", () => changes.of("changed")[before]);
    expect(changes.of("changed")[before]!.changes).toContain("department of application `default` `Robotics` added");
    expect(await ask(robotics)).toMatchObject({ status: "answered" });

    // And a rule of its own: its reason stands on the refusal.
    policies.write("rules/robotics.yaml", "rules:\n  - { id: robotics-not-yet, owner: tests, why: PILOT-7, forbid: all, when: { department: [Robotics] } }\n");
    await client.eventually("the new rule", () => changes.of("changed")[before + 1]);
    const refused = await ask(robotics);
    expect(refused.status).toBe("refused");
    expect(JSON.stringify(refused.refusal)).toContain("robotics-not-yet");
    expect(await ask({})).toMatchObject({ status: "answered" });
  });

  it("a new budget counts from the next request on", async () => {
    const before = changes.of("changed").length;
    // Pays for nothing.
    policies.write("budgets.yaml", policies.read("budgets.yaml").replace(/(Marketing: \{ capUsd: )[\d.]+/, "$10.000005"));
    await client.eventually("the new budget", () => changes.of("changed")[before]);
    expect(changes.of("changed")[before]!.changes).toContain("budget `department:acme/Marketing per month` changed");
    expect(await ask({ department: "Marketing" })).toMatchObject({ status: "refused", refusal: { code: "budget_exceeded" } });
  });

  it("I1 I2 I3 I4 I6 I7: an audit of all of it finds nothing", async () => {
    const requests = asked.flat();
    await client.settled(requests.map(({ requestId }) => requestId));
    expect(requests.length).toBeGreaterThan(BROKEN_SETS);
    expect(audit(evidenceOf(client, policies.dir, simulator.calls, requests, null))).toEqual([]);
    expect(client.deadLetters).toEqual([]);
  });
});

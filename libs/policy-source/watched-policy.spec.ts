import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type CheckPolicies, checkHere, checkInWorker } from "./index";
import { bundledWorker } from "./testing/bundled-worker";
import { TemporaryFolder } from "./testing/temporary-folder";
import { watching } from "./testing/watching";

/** A rule file of its own, which no other file speaks of. */
const RULE = (id: string) => `rules:\n  - id: ${id}\n    owner: tests\n    oblige: { auditTags: [watched] }\n`;

describe("the watched policy set", () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = new TemporaryFolder();
  });
  afterEach(() => folder.remove());

  it("takes a new set as a whole: whoever asked before holds the old one unchanged", async () => {
    const { policy, changes } = await watching(folder.path);
    const before = policy.current();
    folder.write("rules/watched.yaml", RULE("watched-rule"));
    await policy.look();
    const after = policy.current();
    expect(after.version).not.toBe(before.version);
    expect(before.rules.some(({ id }) => id === "watched-rule")).toBe(false);
    expect(after.rules.some(({ id }) => id === "watched-rule")).toBe(true);
    expect(policy.current()).toBe(after);
    expect(changes).toMatchObject([{ kind: "changed", before, after, summary: { files: ["rules/watched.yaml"], changes: ["rule `watched-rule` added"], behaviour: [expect.stringMatching(/^obligation `auditTags`.* by `watched-rule`, where /)] } }]);
    expect(policy.status()).toMatchObject({ version: after.version, changes: 1, refusals: 0, refusedSinceMicros: null });
  });

  it("sees a file that an editor has put in another one's place, and a file that was taken away", async () => {
    const { policy, changes } = await watching(folder.path);
    folder.replace("rules/watched.yaml", RULE("first"));
    await policy.look();
    folder.replace("rules/watched.yaml", RULE("other"));
    await policy.look();
    rmSync(path.join(folder.path, "rules/watched.yaml"));
    await policy.look();
    await policy.look();
    expect(changes.map((change) => change.kind === "changed" && change.summary.changes)).toEqual([
      ["rule `first` added"],
      ["rule `first` removed", "rule `other` added"],
      ["rule `other` removed"],
    ]);
  });

  it("leaves drafts and locks of editors alone, and text that decides nothing changes no version", async () => {
    const { policy, changes, errors } = await watching(folder.path);
    const before = policy.current();
    folder.write("rules/.#platform.yaml", "{{{");
    folder.write("rules.yaml.swp", "{{{");
    folder.write("budgets.yaml", `# a comment\n${folder.read("budgets.yaml")}`);
    await policy.look();
    expect([policy.current(), changes, errors]).toEqual([before, [], []]);
  });

  it("I6 a bad set never replaces a good one, is announced once, and its correction takes effect", async () => {
    const { policy, changes } = await watching(folder.path);
    const before = policy.current();
    folder.write("rules/watched.yaml", "rules:\n  - id: watched-rule\n    oblige: { auditTgs: [x], cache: false }\n");
    await policy.look();
    await policy.look();
    expect(policy.current()).toBe(before);
    expect(changes).toEqual([{ kind: "refused", active: before, provenance: expect.anything(), problems: [expect.stringMatching(/^rules\/watched\.yaml:3:15: .*auditTgs/)] }]);
    expect(policy.status().refusedSinceMicros).not.toBeNull();
    folder.write("rules/watched.yaml", RULE("watched-rule"));
    await policy.look();
    expect(policy.current().version).not.toBe(before.version);
    expect(policy.status()).toMatchObject({ changes: 1, refusals: 1, refusedSinceMicros: null });
  });

  it("I6 a set that fails a case of its own is refused where the case stands, also at the start", async () => {
    const { policy, changes } = await watching(folder.path);
    const before = policy.current();
    folder.write("cases/watched.yaml", "cases:\n  - name: nobody gets anything\n    request: { department: Sales }\n    expect: { refusal: made_up }\n");
    await policy.look();
    expect(policy.current()).toBe(before);
    expect(changes).toMatchObject([{ kind: "refused", problems: [expect.stringMatching(/^cases\/watched\.yaml:2:\d+: case `nobody gets anything`: .*made_up/)] }]);
    await expect(watching(folder.path)).rejects.toMatchObject({ code: "bad_config", message: expect.stringContaining("cases/watched.yaml:2") });
  });

  it("I6 a set that breaks a proof of its own is refused where the proof stands", async () => {
    const { policy, changes } = await watching(folder.path);
    folder.write("proofs/watched.yaml", "proofs:\n  - name: sales is never served\n    why: tests\n    never: { when: { department: [Sales] }, permits: { model: big } }\n");
    await policy.look();
    expect(changes).toMatchObject([{ kind: "refused", problems: [expect.stringMatching(/^proofs\/watched\.yaml:2:11: proof `sales is never served` does not hold: .*big-us/)] }]);
  });

  it("changes nothing that could not be announced, and tries again", async () => {
    const { policy, errors } = await watching(folder.path);
    const before = policy.current();
    let away = true;
    policy.beforeChange(() => (away ? Promise.reject(new Error("the log is away")) : Promise.resolve()));
    folder.write("rules/watched.yaml", RULE("watched-rule"));
    await policy.look();
    expect(policy.current()).toBe(before);
    expect(errors).toMatchObject([{ message: "the log is away" }]);
    away = false;
    await policy.look();
    expect(policy.current()).not.toBe(before);
  });

  it("keeps the catalogs that requests under way were permitted with", async () => {
    const { policy } = await watching(folder.path);
    const { catalog } = policy.current();
    folder.write("catalog.yaml", folder.read("catalog.yaml").replace("latencyMs: 2000", "latencyMs: 1987"));
    await policy.look();
    expect(policy.current().catalog.version).not.toBe(catalog.version);
    expect(policy.catalogOf(catalog.version)).toBe(catalog);
    expect(policy.catalogOf("of nobody")).toBe(policy.current().catalog);
  });

  it("a folder that cannot be read is an error, and the set in force stays", async () => {
    const { policy, errors } = await watching(folder.path);
    const before = policy.current();
    folder.remove();
    await policy.look();
    expect(policy.current()).toBe(before);
    expect(errors).toMatchObject([{ code: "bad_config", message: expect.stringContaining("cannot be read") }]);
  });

  it("looks by itself every `watchMs`, and no more once it is closed", async () => {
    const { policy } = await watching(folder.path, { watchMs: 10 });
    const { version } = policy.current();
    policy.start();
    folder.write("rules/watched.yaml", RULE("watched-rule"));
    while (policy.current().version === version) await new Promise((resolve) => setTimeout(resolve, 5));
    await policy.close();
    const closed = policy.current();
    folder.write("rules/watched.yaml", RULE("too-late"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(policy.current()).toBe(closed);
  });

  describe("checked in a thread of its own", () => {
    let worker: string;
    beforeAll(async () => {
      worker = await bundledWorker();
    });
    afterAll(() => rmSync(path.dirname(worker), { recursive: true }));

    it("comes to the same result as in the caller's", async () => {
      const { policy, changes } = await watching(folder.path, { check: checkInWorker(worker) });
      folder.write("rules/watched.yaml", "rules:\n  - id: watched-rule\n    oblige: { auditTgs: [x], cache: false }\n");
      await policy.look();
      const here = await watching(folder.path).catch((error: Error) => error.message);
      const problems = changes.flatMap((change) => (change.kind === "refused" ? change.problems : []));
      expect(problems).toHaveLength(1);
      expect(here).toContain(problems[0]);
      folder.write("rules/watched.yaml", RULE("watched-rule"));
      await policy.look();
      expect(policy.current().rules.some(({ id }) => id === "watched-rule")).toBe(true);
    });

    it.each([
      ["crashes", "throw new Error('out of order')", {}, /broke off: out of order/],
      ["ends without a word", "process.exit(3)", {}, /without a result \(exit code 3\)/],
      ["never ends", "for (;;) {}", { msMax: 300 }, /did not end within 300 ms/],
      ["takes all memory", "const all = []; for (;;) all.push(new Array(1e6).fill({}))", {}, /broke off: .*memory/],
    ])("I6 a check that %s refuses the set, and the good one stays", async (_how, code, { msMax }: { msMax?: number }, message) => {
      const broken = path.join(path.dirname(worker), `${code.length}.mjs`);
      writeFileSync(broken, code);
      let check: CheckPolicies = checkHere;
      const { policy, changes } = await watching(folder.path, { check: (policies) => check(policies) });
      const before = policy.current();
      check = checkInWorker(broken, msMax);
      folder.write("rules/watched.yaml", RULE("watched-rule"));
      await policy.look();
      expect(policy.current()).toBe(before);
      expect(changes).toMatchObject([{ kind: "refused", problems: [expect.stringMatching(message)] }]);
      check = checkInWorker(worker);
      folder.write("rules/watched.yaml", RULE("watched-rule-2"));
      await policy.look();
      expect(policy.current().version).not.toBe(before.version);
    });
  });
});

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { decisionJson } from "@leverframe/analytics";
import { runCommandLine } from "../../program";
import { capturedTerminal } from "../../testing/captured-terminal";
import { decisionFixture } from "../../testing/decision-fixture";
import { withTemporaryFolder } from "../../testing/temporary-installation";

const SHIPPED = path.resolve(import.meta.dirname, "../../../../../policies");

async function run(argv: readonly string[], stdin = "") {
  const terminal = capturedTerminal(stdin);
  const exitCode = await runCommandLine(["policy", ...argv], terminal);
  return { exitCode, out: terminal.outLines.join("\n"), err: terminal.errLines.join("\n") };
}

/** The shipped policies with a rule more, in a folder. */
const withRule = (rule: string, use: (changed: string, folder: string) => Promise<void>): Promise<void> =>
  withTemporaryFolder(async (folder) => {
    const changed = path.join(folder, "policies");
    cpSync(SHIPPED, changed, { recursive: true });
    writeFileSync(path.join(changed, "rules/zz-more.yaml"), `rules:\n  - ${rule}\n`);
    await use(changed, folder);
  });

const OPENS = `{ id: oops, allow: all, when: { riskClass: regulated } }`;

/** The shipped policies, in which a model is asked what a request is. */
const withOpinions = (settings: string, use: (changed: string) => Promise<void>): Promise<void> =>
  withRule(`{ id: no-questions-about-hr, why: people, forbid: all, when: { route: documents, department: HR } }`, async (changed) => {
    const file = path.join(changed, "routes.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("default: general", `default: general\nsecondOpinion: ${settings}`));
    await use(changed);
  });

describe("the policy commands", () => {
  it("explain shows that a second opinion would be asked for, of whom, or why not", () =>
    withOpinions("{ route: general, when: { riskClasses: [medium] } }", async (changed) => {
      const asked = await run(["explain", "--policies", changed, "--department", "Sales", "--risk", "medium"]);
      expect(asked.out).toMatch(/SECOND OPINION\n +asked on +general\n +of one of +\S/);
      expect((await run(["explain", "--policies", changed, "--department", "Sales", "--risk", "low"])).out).not.toContain("SECOND OPINION");
    }));

  it("explain shows why a second opinion is not asked for, and what follows", () =>
    withOpinions("{ route: documents, required: true }", async (changed) => {
      const { out } = await run(["explain", "--policies", changed, "--department", "HR", "--task-type", "summarise"]);
      expect(out.replaceAll(/\s+/g, " ")).toMatch(/SECOND OPINION not asked .*no-questions-about-hr.*; so the request is refused/);
    }));

  it.each([
    [["prove", "--policies", SHIPPED, "--never", "{ when: { department: Legal }, permits: { tag: oss } }"], 0, "1 proved, 0 not"],
    [["prove", "--policies", SHIPPED, "--never", "{ when: { department: Sales }, permits: { tag: oss } }"], 1, "low-risk-any-model"],
    [["prove", "--policies", SHIPPED], 0, "proved   no Legal or Finance request reaches an open-source model"],
    [["lint", "--policies", SHIPPED], 0, "0 findings"],
    [["test", "--policies", SHIPPED], 0, "0 failed"],
    [["diff", SHIPPED, SHIPPED], 0, "the two sets are the same"],
    [["review", SHIPPED, SHIPPED], 0, "nothing to ask"],
    [["mutate", "--policies", SHIPPED], 0, "Score 100 %"],
    [["simulate", "--policies", SHIPPED, "--department", "Sales"], 0, "oss/mistral-small"],
    [["explain", "--policies", SHIPPED, "--department", "Legal"], 0, "forbid:legal-finance-no-oss"],
  ])("%j ends with exit code %d", async (argv, expected, text) => {
    const { exitCode, out, err } = await run(argv);
    expect([exitCode, err]).toEqual([expected, ""]);
    expect(out).toContain(text);
  });

  it.each([
    [["prove", "--policies", SHIPPED, "--never", "{ when: { department: Legl }, permits: { tag: oss } }"], "--never:1:23: value of `department` `Legl`; expected"],
    [["prove", "--policies", SHIPPED, "--always", "{ when: { department: Legal } }"], "--always:1:1: nothing is claimed; expected"],
    [["simulate", "--policies", SHIPPED, "--department", "Salse"], "the request: department `Salse`; expected"],
    [["simulate", "--policies", SHIPPED], "no request is described"],
    [["explain", "--policies", SHIPPED, "--attribute", "audience"], "--attribute is `audience`, expected name=value"],
    [["lint", "--policies", "/nowhere"], "`/nowhere` does not exist, expected a folder of policies"],
    [["diff", "no-such-revision:policies", SHIPPED], "`no-such-revision:policies` cannot be read from git"],
    [["diff", SHIPPED], "missing required argument 'after'"],
    [["replay", "--policies", SHIPPED, "--decisions", "/nowhere.jsonl"], "`/nowhere.jsonl` cannot be read"],
  ])("%j is misuse: exit code 2, and what was meant", async (argv, message) => {
    const { exitCode, err, out } = await run(argv);
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe("");
  });

  it("an invalid set is a finding with file, line, column and the nearest name, for people and for programs", () =>
    withRule(`{ id: x, allow: all, when: { riskClas: low } }`, async (changed) => {
      const { exitCode, err } = await run(["lint", "--policies", changed]);
      expect(exitCode).toBe(1);
      expect(err).toContain("rules/zz-more.yaml:2:34: unknown attribute `riskClas`");
      expect(err).toContain("did you mean `riskClass`?");
      const { out } = await run(["lint", "--policies", changed, "--format", "json"]);
      expect(JSON.parse(out)).toMatchObject({ error: "invalid_policies" });
    }));

  it("diff, review and prove show what a rule opens, with a request, the rule, and exit code 1", () =>
    withRule(OPENS, async (changed) => {
      const diff = await run(["diff", SHIPPED, changed]);
      expect(diff).toMatchObject({ exitCode: 0, out: "no semantic change: proven for every request there can be, though the texts differ" });
      writeFileSync(path.join(changed, "rules/risk.yaml"), readFileSync(path.join(changed, "rules/risk.yaml"), "utf8").replace("require: { tag: boundary }", "prefer: { tag: boundary }"));
      const [opened, reviewed, proved] = [await run(["diff", SHIPPED, changed, "--format", "json"]), await run(["review", SHIPPED, changed]), await run(["prove", "--policies", changed])];
      expect([opened.exitCode, reviewed.exitCode, proved.exitCode]).toEqual([1, 1, 1]);
      expect(JSON.parse(opened.out).changes[0]).toMatchObject({ kind: "permitted" });
      expect(reviewed.out).toContain("sensitive data may now go to");
      expect(proved.out).toContain("BROKEN   regulated requests, health data and inside information stay in the boundary");
    }));

  it("reads a git revision like a folder", () =>
    withRule(OPENS, async (changed, folder) => {
      const git = (...args: string[]) => execFileSync("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { stdio: "pipe" });
      git("init", "-q");
      git("add", ".");
      git("commit", "-q", "-m", "first");
      const before = process.cwd();
      try {
        process.chdir(folder);
        expect(await run(["diff", "HEAD:policies", changed])).toMatchObject({ exitCode: 0, out: "the two sets are the same" });
      } finally {
        process.chdir(before);
      }
    }));

  it("simulate reads requests as JSON lines and names the line that is wrong", async () => {
    const good = await run(["simulate", "-", "--policies", SHIPPED, "--format", "json"], `{"department":"Legal","riskClass":"high"}\n{"department":"Sales"}\n`);
    expect(JSON.parse(good.out)).toMatchObject([{ place: "stdin:1", selection: { choice: "openai/gpt-5.4" } }, { place: "stdin:2", selection: { choice: "oss/mistral-small" } }]);
    const bad = await run(["simulate", "-", "--policies", SHIPPED], `{"department":"Legal"}\n{"department":"Sales","riskClass":"hihg"}\n`);
    expect(bad).toMatchObject({ exitCode: 2, out: "" });
    expect(bad.err).toContain("stdin:2: riskClass `hihg`; expected low, medium, high or regulated; did you mean `high`?");
  });

  it("replay decides recorded decisions again, from a file", () =>
    withTemporaryFolder(async (folder) => {
      mkdirSync(folder, { recursive: true });
      const file = path.join(folder, "decisions.jsonl");
      writeFileSync(file, `${decisionJson(decisionFixture())}\n${decisionJson(decisionFixture())}\n`);
      const { exitCode, out } = await run(["replay", "--policies", SHIPPED, "--decisions", file, "--format", "json"]);
      expect(exitCode).toBe(1);
      expect(JSON.parse(out)).toMatchObject({ decisions: 2, skipped: 0, costNanoUsd: "1200000" });
      const { out: text } = await run(["replay", "--policies", SHIPPED, "--decisions", file]);
      expect(text).toContain("REPLAY OF 2 DECISIONS");
    }));
});

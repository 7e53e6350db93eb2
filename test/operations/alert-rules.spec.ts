import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { STAGES } from "@leverframe/kernel";
import { stringify } from "yaml";
import { promtool } from "../../deploy/local";
import { type Rule, type RuleFile, ruleFiles, RULES_FOLDER, testsOf } from "./rule-files";

const files = ruleFiles();
const alertsOf = ({ rules }: RuleFile): readonly Rule[] => rules.filter(({ alert }) => alert !== undefined);
const alerts = files.flatMap((file) => alertsOf(file).map((rule) => [rule.alert!, file, rule] as const));

describe("the alert rules, run by Prometheus' own tool", () => {
  const scratch = mkdtempSync(path.join(tmpdir(), "leverframe-rules-"));
  afterAll(() => rmSync(scratch, { recursive: true }));

  it("are rules", () => {
    const { exitCode, text } = promtool(["check", "rules", ...files.map(({ name }) => name)], { cwd: RULES_FOLDER });
    expect({ exitCode, text }).toEqual({ exitCode: 0, text: expect.not.stringContaining("FAILED") });
    expect(files.length).toBeGreaterThanOrEqual(5);
  });

  it.each(files)("fire when they should and not when they should not: $name", ({ tests }) => {
    const { exitCode, text } = promtool(["test", "rules", tests], { cwd: RULES_FOLDER });
    expect({ exitCode, text }).toEqual({ exitCode: 0, text: expect.stringContaining("SUCCESS") });
  });

  it("every file of tests belongs to a file of rules", () => {
    const tests = readdirSync(RULES_FOLDER).filter((name) => name.endsWith(".test.yaml"));
    expect(tests.sort()).toEqual(files.map((file) => file.tests).sort());
    for (const file of files) expect(testsOf(file).rule_files).toEqual([file.name]);
  });

  it.each(alerts)("%s is shown to fire and to stay silent, and says how bad it is and what to do", (name, file, { labels, annotations }) => {
    const shown = testsOf(file).tests.flatMap(({ alert_rule_test }) => alert_rule_test ?? []).filter(({ alertname }) => alertname === name);
    expect(shown.some(({ exp_alerts }) => exp_alerts.length > 0)).toBe(true);
    expect(shown.some(({ exp_alerts }) => exp_alerts.length === 0)).toBe(true);
    expect(["warning", "critical"]).toContain(labels?.["severity"]);
    expect(Object.keys(annotations ?? {}).sort()).toEqual(["description", "summary"]);
  });

  /** What somebody could break in a rule; the tests beside it must notice each. */
  const mistakes = alerts.flatMap(([name, file, rule]) => [
    { name, file, mistake: "never fires", rule: { ...rule, expr: `(${rule.expr}) and vector(0) == 1` } },
    { name, file, mistake: "always fires", rule: { ...rule, expr: "vector(1)", for: "0s" } },
    ...(rule.for === undefined ? [] : [{ name, file, mistake: "fires without waiting", rule: { ...rule, for: "0s" } }]),
  ]);

  it.each(mistakes)("notice that $name $mistake", ({ name, file, rule, mistake }) => {
    const folder = path.join(scratch, `${name} ${mistake}`);
    cpSync(RULES_FOLDER, folder, { recursive: true });
    const groups = file.content.groups.map((group) => ({ ...group, rules: group.rules.map((each) => (each.alert === name ? rule : each)) }));
    writeFileSync(path.join(folder, file.name), stringify({ groups }));
    const { exitCode, text } = promtool(["test", "rules", file.tests], { cwd: folder });
    expect(exitCode).not.toBe(0);
    expect(text).toContain(`alertname: ${name}`);
  });

  it("ask about every stage that there is", () => {
    const missing = files.flatMap(({ rules }) => rules).find(({ record }) => record === "leverframe:stage_missing");
    expect([...missing!.expr.matchAll(/stage="([a-z-]+)"/g)].map(([, stage]) => stage).toSorted()).toEqual([...STAGES].sort());
  });
});

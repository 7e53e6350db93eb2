import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { ROOT } from "../support/installation";

export const RULES_FOLDER = path.join(ROOT, "deploy", "prometheus");

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleFile {
  /** Such as `leverframe.rules.yaml`. */
  readonly name: string;
  /** Its tests, beside it. */
  readonly tests: string;
  readonly content: { readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[] };
  readonly rules: readonly Rule[];
}

/** A file of promtool's unit tests, as far as it is looked at here. */
export interface RuleTests {
  readonly rule_files: readonly string[];
  readonly tests: readonly {
    readonly alert_rule_test?: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
  }[];
}

/** Every file of rules that is shipped. */
export function ruleFiles(): readonly RuleFile[] {
  const names = readdirSync(RULES_FOLDER).filter((name) => name.endsWith(".rules.yaml"));
  return names.sort().map((name) => {
    const content = parse(readFileSync(path.join(RULES_FOLDER, name), "utf8")) as RuleFile["content"];
    return { name, tests: name.replace(/\.yaml$/, ".test.yaml"), content, rules: content.groups.flatMap(({ rules }) => rules) };
  });
}

export const testsOf = ({ tests }: RuleFile): RuleTests => parse(readFileSync(path.join(RULES_FOLDER, tests), "utf8")) as RuleTests;

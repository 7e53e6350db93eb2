import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../support/installation";
import { ruleFiles } from "./rule-files";

const DASHBOARDS = path.join(ROOT, "deploy", "grafana");
/** Of our processes; others are recorded by rules and written with colons. */
const METRIC = /\b(?:leverframe|process|nodejs)_\w+/g;

/** An expression of PromQL, and where it stands. */
export interface Expression {
  readonly where: string;
  readonly text: string;
  /** Labels that a legend names. */
  readonly legendLabels: readonly string[];
}

/** A metric in an expression, with what is asked of its labels there. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly values: readonly string[] }[];
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

export function ruleExpressions(): readonly Expression[] {
  return ruleFiles().flatMap(({ name, rules }) => rules.map(({ alert, record, expr }) => ({ where: `${name}: ${alert ?? record}`, text: expr, legendLabels: [] })));
}

/** What every dashboard asks; Grafana's variable stands for five minutes. */
export function dashboardExpressions(): readonly Expression[] {
  const files = readdirSync(DASHBOARDS).filter((name) => name.endsWith(".json"));
  return files.flatMap((name) => {
    const { panels } = JSON.parse(readFileSync(path.join(DASHBOARDS, name), "utf8")) as { panels: readonly Panel[] };
    return panels.flatMap(({ title, targets }) =>
      (targets ?? []).map(({ expr, legendFormat }) => ({
        where: `${name}: ${title}`,
        text: expr.replaceAll("$__rate_interval", "5m"),
        legendLabels: [...legendFormat.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label]) => label!),
      })),
    );
  });
}

/** Every selector of our metrics in an expression. */
export function selectorsIn(text: string): readonly Selector[] {
  return [...text.matchAll(METRIC)].map((match) => {
    const braces = /^\{([^}]*)\}/.exec(text.slice(match.index + match[0].length))?.[1] ?? "";
    const matchers = [...braces.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)].map(([, label, value]) => ({ label: label!, values: value!.split("|") }));
    return { metric: match[0], matchers };
  });
}

/** Labels that results are grouped or joined by. */
export function groupingsIn(text: string): readonly string[] {
  return [...text.matchAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g)].flatMap(([, labels]) => labels!.split(",").map((label) => label.trim()).filter(Boolean));
}

export const recordedIn = (text: string): readonly string[] => text.match(/\bleverframe:[\w:]+/g) ?? [];

import { appendFileSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "./root";

/** Pays for a short request at an economy model, and not for the question about it, which is ten times as long. */
const MARKETING_CAP_USD = "0.0002";

const ROUTE = `
  - name: second-opinions
    owner: platform
    qualityFloor: 0.5
    latencyMsMax: 30000
`;

const RULES = `rules:
  - id: nobody-asks-about-hr
    why: What concerns people is judged by people
    forbid: all
    when: { route: second-opinions, department: HR }
`;

/** The shipped policies with second opinions; the shipped cases and proofs come along, since they hold all the same. */
export function policiesWithOpinions(settings: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "leverframe-opinions-"));
  cpSync(path.join(ROOT, "policies"), folder, { recursive: true });
  change(path.join(folder, "routes.yaml"), /^default: general$/m, `default: general\nsecondOpinion: ${settings}`);
  change(path.join(folder, "budgets.yaml"), /(Marketing: \{ capUsd: )\d+/, `$1${MARKETING_CAP_USD}`);
  appendFileSync(path.join(folder, "routes.yaml"), ROUTE);
  writeFileSync(path.join(folder, "rules/opinions.yaml"), RULES);
  return folder;
}

function change(file: string, from: RegExp, to: string): void {
  const text = readFileSync(file, "utf8");
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${file} says nothing like ${String(from)}`);
  writeFileSync(file, changed);
}

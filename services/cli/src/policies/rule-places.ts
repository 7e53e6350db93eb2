import type { PolicyFile } from "@leverframe/policy";
import { isMap, isSeq, LineCounter, parseDocument } from "yaml";

/** `file:line:column` of each rule of valid policies, by id. */
export function placesOfRules(files: readonly PolicyFile[]): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const { path, text } of files.filter(({ path }) => /^rules(?:\.yaml|\/)/.test(path))) {
    const lineCounter = new LineCounter();
    const rules = parseDocument(text, { lineCounter }).get("rules");
    for (const rule of isSeq(rules) ? rules.items : []) {
      if (!isMap(rule) || !rule.range) continue;
      const { line, col } = lineCounter.linePos(rule.range[0]);
      places.set(String(rule.get("id")), `${path}:${line}:${col}`);
    }
  }
  return places;
}

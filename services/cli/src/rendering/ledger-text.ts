import { counted } from "./units";

/** A heading and one line for each finding. */
export function findingsText(heading: string, findings: readonly string[]): string {
  return [`${heading}: ${counted(findings.length, "finding")}`, ...findings.map((finding) => `  ✗ ${finding}`)].join("\n");
}

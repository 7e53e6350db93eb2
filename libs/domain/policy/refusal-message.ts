import type { ExcludedCandidate } from "@leverframe/events";
import type { CompiledRule } from "./compiled-rules";

/** Why nothing is left, for the person who asked: causes by how many candidates they took, with the rules' reasons. */
export function noCandidateMessage(excluded: readonly ExcludedCandidate[], rules: readonly CompiledRule[]): string {
  const counts = new Map<string, number>();
  for (const { cause } of excluded) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  const parts = [...counts].map(([cause, count]) => `${count} ${explain(cause, rules)}`);
  return `none of ${excluded.length} models is permitted: ${parts.join("; ")}`;
}

export function conflictMessage(rules: readonly CompiledRule[]): string {
  return `no model satisfies all of these requirements: ${rules.map(withReason).join("; ")}`;
}

function explain(cause: string, rules: readonly CompiledRule[]): string {
  const [kind, name = ""] = cause.split(":");
  const rule = rules.find(({ id }) => id === name);
  if (kind === "forbid") return `forbidden by ${rule ? withReason(rule) : name}`;
  if (kind === "require") return `outside what ${rule ? withReason(rule) : name} requires`;
  if (kind === "lacks") return `without \`${name}\``;
  if (kind === "no_price") return "whose price nobody knows now";
  return kind === "context_too_small" ? "with too small a context" : "allowed by no rule";
}

function withReason({ id, why }: CompiledRule): string {
  return why === null ? `\`${id}\`` : `\`${id}\` (${why})`;
}

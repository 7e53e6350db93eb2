import { decisionsByRequest } from "./decisions-by-request";
import { type Evidence, type Violation, violationOf } from "./evidence";

const violation = violationOf("I5");

/** I5: the rows in ClickHouse are the decisions that were produced, each once. */
export function rowViolations({ decisions, rows }: Evidence): readonly Violation[] {
  if (rows === null) return [];
  const produced = decisionsByRequest(decisions);
  const counts = new Map<string, number>();
  for (const requestId of rows) counts.set(requestId, (counts.get(requestId) ?? 0) + 1);
  const lost = [...produced.keys()].filter((requestId) => !counts.has(requestId));
  return [
    ...lost.map((requestId) => violation("lost-row", requestId, "a decision without a row")),
    ...[...counts].filter(([, count]) => count > 1).map(([requestId, count]) => violation("row-twice", requestId, `${count} rows`)),
    ...[...counts.keys()].filter((requestId) => !produced.has(requestId)).map((requestId) => violation("row-from-nowhere", requestId, "no such decision")),
  ];
}

import { CHECK_NAMES } from "@leverframe/evaluation";
import type { Request } from "@leverframe/events";
import { hmacSha256, sha256 } from "@leverframe/nest";
import { openPolicyFolder } from "@leverframe/policy-source";
import type { Evidence } from "../audit";
import type { Call } from "../simulator";
import { PERMIT_KEY } from "./installation";
import type { TestClient } from "./test-client";

const KEY = Buffer.from(PERMIT_KEY.hex, "hex");

/** What an installation left behind, as an audit reads it. `answeredAs` maps a request's id where an idempotency key gave it another. */
export function evidenceOf(
  client: TestClient,
  policiesDir: string,
  calls: readonly Call[],
  requests: readonly Request[],
  rows: readonly string[] | null,
  answeredAs: ReadonlyMap<string, string> = new Map(),
): Evidence {
  const { caps } = openPolicyFolder(policiesDir, { digest: sha256, checkNames: CHECK_NAMES }).current().budgets;
  return {
    requests: requests.map(({ requestId, riskClass }) => ({ requestId: answeredAs.get(requestId) ?? requestId, riskClass })),
    calls,
    entries: client.entries,
    responses: client.responses,
    decisions: client.decisions,
    rows,
    capsMicroUsd: new Map(caps.filter(({ hard, unit }) => hard && unit === "usd").map(({ scope, window, cap }) => [`${scope} ${window}`, cap])),
    isAuthentic: ({ kid, body, signature }) => kid === PERMIT_KEY.kid && Buffer.compare(hmacSha256(KEY, body), signature) === 0,
  };
}

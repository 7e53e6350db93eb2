import { createHmac, timingSafeEqual } from "node:crypto";
import type { EqualBytes, Hmac } from "@leverframe/kernel";
import { concludeTerms, NO_TERMS, type Permit } from "../index";

export const hmac: Hmac = (key, data) => createHmac("sha256", key).update(data).digest();
export const equal: EqualBytes = (a, b) => timingSafeEqual(a, b);

export function permitOf(changes: Partial<Permit> = {}): Permit {
  return {
    permitId: "r1.permit.0123456789ab",
    requestId: "r1",
    tenant: "acme",
    application: "default",
    department: "R&D",
    requestDigest: "d1",
    route: "general",
    candidates: [
      { id: "oss/mistral-small", region: "eu", inputNanoUsdMax: 100_000_000n, outputNanoUsdMax: 300_000_000n, preference: 1 },
      { id: "openai/gpt-5.4", region: "us", inputNanoUsdMax: 2_500_000_000n, outputNanoUsdMax: 15_000_000_000n, requestNanoUsdMax: 5_000_000n, imageNanoUsdMax: 1n, preference: -1 },
    ],
    escalation: [["oss/mistral-small"], ["openai/gpt-5.4"]],
    degradation: [],
    obligations: { ...concludeTerms(NO_TERMS), costNanoUsdMax: 2_000_000_000n, checks: ["complete"], qualityFloor: 0.75 },
    rules: ["a-rule", "ünïcode \"rule\""],
    observed: ["shadow:b-rule"],
    state: { budgetBand: "ok", area: "eu" },
    policyVersion: "p1",
    catalogVersion: "c1",
    issuedAt: 1_760_000_000_000_000,
    expiresAt: 1_760_000_060_000_000,
    ...changes,
  };
}

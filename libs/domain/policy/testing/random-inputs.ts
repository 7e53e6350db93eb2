import { COMPLEXITY_VALUES, LATENCY_CLASS_VALUES, RISK_CLASS_VALUES } from "@leverframe/events";
import type { Attribute, DecisionInput, PolicySet } from "../index";

/** Uniform below a bound; the same for the same seed. */
export type Draw = (below: number) => number;

export function draws(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return Math.floor((((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32) * below);
  };
}

const TWO_WEEKS_MICROS = 14 * 86_400_000_000;
const OUTPUT_TOKENS_ASSUMED_MAX = 5_000;
const INPUT_TOKENS = [500, 7_999, 9_000, 40_000, 130_000];

/** A request over everything that the set's rules may ask about: mostly declared values, some missing, some strays. */
export function randomInput(set: PolicySet, draw: Draw): DecisionInput {
  const one = <T>(values: readonly T[]): T => values[draw(values.length)] as T;
  const binding = one([...set.applications.values()]);
  const users = [...(set.directory.members.get(binding.tenant)?.keys() ?? [])];
  const receivedAt = 1_760_000_000_000_000 + draw(1_000) * (TWO_WEEKS_MICROS / 1_000);
  const riskClass = one(RISK_CLASS_VALUES);
  const values = (name: string): readonly string[] => set.attributes.get(name)?.values ?? [];
  const contextMin = Math.min(...set.catalog.deployments.map(({ model }) => model.contextTokensMax));
  const attribute = (room: string) => [...set.attributes.values()].filter(({ source }) => source.startsWith(room));
  const texts = (room: string) =>
    Object.fromEntries(attribute(room).flatMap((one) => { const text = randomText(one, draw); return text === null ? [] : [[one.source.slice(room.length), text]]; }));
  return {
    requestId: `r${draw(1e9)}`,
    origin: {
      application: binding.application,
      tenant: binding.tenant,
      department: draw(40) === 0 ? "Nowhere" : one(binding.departments),
      user: draw(2) === 0 || users.length === 0 ? null : draw(5) === 0 ? "nobody" : one(users),
      receivedAt,
      deadlineAt: receivedAt + 30_000_000,
      requestDigest: "d",
    },
    request: { route: draw(4) === 0 ? one([...set.routes.byName.keys()]) : null, attributes: texts("request.attributes."), maxOutputTokens: null },
    classification: {
      taskType: draw(40) === 0 ? "juggling" : one(values("taskType")),
      taskConfidence: 1,
      complexity: one(COMPLEXITY_VALUES),
      riskClass,
      riskSignals: some([...values("riskSignals"), "stray"], draw, 4).map((signal) => ({ signal, recogniser: "t", riskClass, start: 0, end: 1, confidence: 1 })),
      language: one(["en", "de", "fr", "und"]),
      outputFormat: one(["text", "markdown", "json", "code", "pdf"]),
      latencyClass: one(LATENCY_CLASS_VALUES),
      promptBytes: one([100, 4_096, 5_000, 70_000]),
      inputTokensMax: one(INPUT_TOKENS.filter((tokens) => tokens + OUTPUT_TOKENS_ASSUMED_MAX <= contextMin)),
      capabilities: some(["json", "tools", "vision"], draw, 4),
      opinion: null,
      classifierVersion: "t",
    },
    state: texts("state."),
  };
}

/** Each with a chance of one in `odds`. */
function some(values: readonly string[], draw: Draw, odds: number): string[] {
  return values.filter(() => draw(odds) === 0);
}

function randomText({ type, values, cuts }: Attribute, draw: Draw): string | null {
  if (draw(3) === 0) return null;
  if (draw(12) === 0) return type === "number" ? "a lot" : "stray";
  if (type === "number") return String(cuts?.[draw(cuts.length)] ?? 0);
  if (!values || values.length === 0) return "anything";
  return type === "set" ? some(values, draw, 3).join(",") : (values[draw(values.length)] as string);
}

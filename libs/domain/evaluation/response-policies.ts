import type { Check, Output } from "@leverframe/events";
import { type Redactable, RESPONSE_POLICIES, type ResponsePolicy } from "@leverframe/permit";
import { noticeOf } from "./notices";
import { CLAUSES, COMMITMENTS, DIAGNOSES, SOURCES } from "./phrases";

/** Replaces identifiers of these kinds in a text; null when there are too many to find. Handed in: another room knows them. */
export type MaskText = (text: string, kinds: readonly Redactable[]) => { readonly text: string; readonly masked: number } | null;

/** What the policies make of an output. */
export interface Kept {
  /** As it may go out: masked and with what is to be added. */
  readonly output: Output;
  /** One for each policy, in their order. */
  readonly checks: readonly Check[];
  /** A policy forbids that it goes out at all. */
  readonly withheld: boolean;
}

const MASKED: Readonly<Partial<Record<ResponsePolicy, readonly Redactable[]>>> = {
  no_pii: ["pii_contact", "pii_financial", "pii_identity", "health_ids"],
  no_secrets: ["secret"],
};

/** What an answer must not say. */
const FORBIDDEN: Readonly<Partial<Record<ResponsePolicy, readonly RegExp[]>>> = { no_diagnosis: DIAGNOSES, no_commitments: COMMITMENTS };
/** What it must name; an answer without words (a refusal, a call of tools) has nothing to prove. */
const DEMANDED: Readonly<Partial<Record<ResponsePolicy, readonly RegExp[]>>> = { cite_sources: SOURCES, cite_clauses: CLAUSES };

/**
 * Holds an output to the obliged policies: masks first, so that what is checked is what goes out, then what blocks, then
 * what is added. A policy that nobody knows withholds the answer: a permit may be newer than this process. Pure.
 */
export function keepTo(obliged: readonly string[], output: Output, language: string, mask: MaskText): Kept {
  let kept = output;
  const checks: Check[] = [];
  const judge = (check: string, problem: string | null, done = ""): void => void checks.push({ check, passed: problem === null, reason: problem ?? done });
  const policies = obliged.filter(isPolicy);
  for (const name of obliged) if (!isPolicy(name)) judge(name, "no such response policy is known");
  for (const policy of policies) {
    const kinds = MASKED[policy];
    if (kinds === undefined) continue;
    const masked = maskOutput(kept, kinds, mask);
    judge(policy, masked === null ? "the answer holds more identifiers than can be masked" : null, masked === null || masked.count === 0 ? "" : `${masked.count} masked`);
    kept = masked?.output ?? kept;
  }
  for (const policy of policies) if (RESPONSE_POLICIES[policy].kind === "block") judge(policy, blockedBy(policy, kept));
  const withheld = checks.some(({ passed }) => !passed);
  for (const policy of policies) {
    if (RESPONSE_POLICIES[policy].kind !== "append") continue;
    const added = withNotice(kept, noticeOf(policy, language));
    judge(policy, null, added === null ? "not added: the answer is no prose" : "added");
    kept = added ?? kept;
  }
  return { output: kept, checks, withheld };
}

const isPolicy = (name: string): name is ResponsePolicy => Object.hasOwn(RESPONSE_POLICIES, name);

function maskOutput(output: Output, kinds: readonly Redactable[], mask: MaskText): { readonly output: Output; readonly count: number } | null {
  const text = mask(output.text, kinds);
  const calls = output.toolCalls.map((call) => mask(call.arguments, kinds));
  if (text === null || calls.includes(null)) return null;
  const count = calls.reduce((sum, call) => sum + (call?.masked ?? 0), text.masked);
  if (count === 0) return { output, count };
  const toolCalls = output.toolCalls.map((call, index) => ({ ...call, arguments: calls[index]?.text ?? "" }));
  return { output: { ...output, text: text.text, toolCalls }, count };
}

function blockedBy(policy: ResponsePolicy, { text, refused, toolCalls }: Output): string | null {
  // Where, not what: decisions hold no text of answers.
  const said = FORBIDDEN[policy]?.map((pattern) => pattern.exec(text)?.index).find((found) => found !== undefined);
  if (said !== undefined) return `the answer says what it must not, at character ${said}`;
  const demanded = DEMANDED[policy];
  if (demanded === undefined || refused || (text.trim() === "" && toolCalls.length > 0)) return null;
  return demanded.some((pattern) => pattern.test(text)) ? null : `the answer does not do what it must: ${RESPONSE_POLICIES[policy].about}`;
}

/** Null where a sentence would spoil the answer: JSON, a call of tools, nothing at all. */
function withNotice(output: Output, notice: string): Output | null {
  const { text, refused } = output;
  if (refused || text.trim() === "" || looksStructured(text)) return null;
  return text.includes(notice) ? output : { ...output, text: `${text.trimEnd()}\n\n${notice}` };
}

function looksStructured(text: string): boolean {
  const trimmed = text.trim();
  if (!/^[[{"]/.test(trimmed)) return false;
  try {
    JSON.parse(trimmed);
    return true;
  } catch {
    return false;
  }
}

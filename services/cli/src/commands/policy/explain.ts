import { decide, explain, type Explanation, type DecisionInput, type PolicySet, wantsOpinion } from "@leverframe/policy";
import type { Command } from "commander";
import { Misuse } from "../../misuse";
import { type Finish, type Outcome, policiesOf, type PolicyOptions, runPolicyCommand, withPolicyOptions } from "../../policies/policy-command";
import { readPolicies } from "../../policies/read-policies";
import { inputsOf, type RequestOptions, requestOfFlags, withRequestOptions } from "../../policies/requests";
import { requestText } from "../../rendering/witness-text";
import { sectionText } from "../../rendering/sections";
import type { Terminal } from "../../terminal";

export function addPolicyExplain(policy: Command, terminal: Terminal, finish: Finish): void {
  withRequestOptions(withPolicyOptions(policy.command("explain")))
    .summary("why a request gets what it gets")
    .description("Shows the rules that fire for a request, why each candidate is permitted or not, and which rule set each obligation.")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PolicyOptions & RequestOptions>();
      await runPolicyCommand(terminal, finish, options, () => explainOutcome(policiesOf(options), options, terminal.columns));
    });
}

function explainOutcome(source: string, options: RequestOptions, columns: number): Outcome {
  const request = requestOfFlags(options);
  if (request === null) throw new Misuse("no request is described: expected flags such as --department Legal --risk high");
  const policies = readPolicies(source);
  const [input] = inputsOf(policies, [{ request, place: "the request" }]) as [DecisionInput];
  const explanation = explain(policies.set, input);
  const question = questionOf(policies.set, input);
  return { text: explanationText(input, explanation, question, columns), json: { request: input, ...explanation, secondOpinion: question }, hasFindings: false };
}

/** Whom a second opinion would be asked of, or why nobody; null: none is wanted. */
interface AskedOpinion {
  readonly route: string | null;
  readonly required: boolean;
  readonly permitted: readonly string[];
  readonly refusal: string | null;
}

/** By the request's own size: how long its question is follows from a text that is not here. */
function questionOf(set: PolicySet, input: DecisionInput): AskedOpinion | null {
  const terms = set.routes.secondOpinion;
  if (!wantsOpinion(terms, input.classification)) return null;
  const { classification, request } = input;
  const capabilities = [...new Set([...classification.capabilities, "json"])];
  const { route, permit, refusal } = decide(set, { ...input, request: { ...request, route: terms.route }, classification: { ...classification, capabilities } });
  return { route, required: terms.required, permitted: permit?.candidates.map(({ id }) => id) ?? [], refusal: refusal?.message ?? null };
}

function opinionText({ route, required, permitted, refusal }: AskedOpinion): readonly (readonly [string, string])[] {
  const otherwise = required ? "the request is refused" : "the rules' answer stands";
  if (refusal !== null) return [["not asked", `${refusal}; so ${otherwise}`]];
  return [["asked on", route ?? ""], ["of one of", permitted.join(", ")], ["then", "the request is decided again, at the higher of both risk classes"], ["without one", otherwise]];
}

function explanationText(input: DecisionInput, { answer, fired, candidates, obligations }: Explanation, question: AskedOpinion | null, columns: number): string {
  const { route, refusal } = answer;
  return [
    sectionText("REQUEST", [["is", requestText(input)], ["route", route ?? "none"], ["answer", refusal ? `refused, ${refusal.code}: ${refusal.message}` : `${answer.permit?.candidates.length} candidates permitted`]], columns),
    ...(question ? [sectionText("SECOND OPINION", opinionText(question), columns)] : []),
    sectionText("RULES THAT FIRED", fired.map(({ id, effect, mode, why }) => [id, `${effect}${mode === "enforce" ? "" : ` (${mode}: no effect)`}${why === null ? "" : `: ${why}`}`] as const), columns),
    sectionText("CANDIDATES", candidates.map((candidate) => [candidate.id, candidateText(candidate)] as const), columns),
    ...(answer.permit ? [sectionText("OBLIGATIONS", obligations.map(({ field, value, setBy }) => [field, `${value}, by ${setBy.join(", ")}`] as const), columns)] : []),
  ].join("\n\n");
}

function candidateText({ permitted, cause, allowedBy, excludedBy, preferredBy }: Explanation["candidates"][number]): string {
  const preferred = preferredBy.length === 0 ? "" : `; preferred by ${preferredBy.join(", ")}`;
  if (permitted) return `permitted, allowed by ${allowedBy.join(", ")}${preferred}`;
  const others = excludedBy.filter((id) => !cause?.endsWith(`:${id}`));
  return `not permitted: ${cause}${others.length === 0 ? "" : `; also kept out by ${others.join(", ")}`}`;
}

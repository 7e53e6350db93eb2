import { text as textOf } from "node:stream/consumers";
import { decide, type DecisionInput, type PolicySet } from "@leverframe/policy";
import { select } from "@leverframe/selection";
import type { Command } from "commander";
import { inputFile } from "../../input-file";
import { Misuse } from "../../misuse";
import { type Finish, type Outcome, policiesOf, type PolicyOptions, runPolicyCommand, withPolicyOptions } from "../../policies/policy-command";
import { readPolicies } from "../../policies/read-policies";
import { inputsOf, type RequestOptions, requestOfFlags, requestsOfText, withRequestOptions } from "../../policies/requests";
import { requestText } from "../../rendering/witness-text";
import { sectionText } from "../../rendering/sections";
import { usdText } from "../../rendering/units";
import type { Terminal } from "../../terminal";

export function addPolicySimulate(policy: Command, terminal: Terminal, finish: Finish): void {
  withRequestOptions(withPolicyOptions(policy.command("simulate")))
    .summary("what would this request get?")
    .description("Shows permit or refusal, the model that would be chosen and what it is expected to cost. No model is called.")
    .argument("[file]", "requests in the words of a case, as JSON or one JSON object on each line; `-` for standard input")
    .action(async (file: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PolicyOptions & RequestOptions>();
      await runPolicyCommand(terminal, finish, options, async () => simulateOutcome(policiesOf(options), await requestsFrom(file, options, terminal), terminal.columns));
    });
}

async function requestsFrom(file: string | undefined, options: RequestOptions, terminal: Terminal) {
  const flags = requestOfFlags(options);
  if (file === undefined) {
    if (flags === null) throw new Misuse("no request is described: expected a file, `-` or flags such as --department Legal --risk high");
    return [{ request: flags, place: "the request" }];
  }
  const text = file === "-" ? await textOf(terminal.stdin as NodeJS.ReadableStream & AsyncIterable<Buffer>) : inputFile(file).toString("utf8");
  // Flags fill in what a request does not say itself.
  return requestsOfText(text, file === "-" ? "stdin" : file).map(({ request, place }) => ({ request: { ...flags, ...request }, place }));
}

function simulateOutcome(source: string, requests: readonly { readonly request: Readonly<Record<string, unknown>>; readonly place: string }[], columns: number): Outcome {
  const policies = readPolicies(source);
  const results = inputsOf(policies, requests).map((input, index) => ({ place: requests[index]?.place ?? "", input, ...simulated(policies.set, input) }));
  return { text: results.map((result) => resultText(result, columns)).join("\n\n"), json: results.length === 1 ? results[0] : results, hasFindings: false };
}

function simulated(set: PolicySet, input: DecisionInput) {
  const answer = decide(set, input);
  const { permit } = answer;
  const outputTokensMax = permit === null ? null : lower(input.request.maxOutputTokens, permit.obligations.outputTokensMax);
  const selection = permit && select({ permit, catalog: set.catalog, classification: input.classification, earlier: [], outputTokensMax });
  return { answer, selection };
}

const lower = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b));

function resultText({ place, input, answer, selection }: { place: string; input: DecisionInput } & ReturnType<typeof simulated>, columns: number): string {
  const { permit, refusal, route, rules, observations } = answer;
  const obligations = permit && Object.entries(permit.obligations).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0));
  return sectionText(
    `${place}: ${permit ? "permitted" : `refused (${refusal?.code})`}`,
    [
      ["request", requestText(input)],
      ["route", route ?? ""],
      ["why", refusal?.message ?? ""],
      ["permitted", permit?.candidates.map(({ id, preference }) => (preference > 0 ? `${id} (+${preference})` : id)).join(", ") ?? ""],
      ["chosen", selection ? `${selection.choice}: ${selection.reason}` : ""],
      ["then", selection?.fallbacks.join(", ") ?? ""],
      ["expected", selection ? `${usdText(selection.expectedCostNanoUsd)}, quality ${selection.expectedQuality}` : ""],
      ["obliged", obligations?.map(([name, value]) => `${name} ${String(value)}`).join(", ") ?? ""],
      ["rules", rules.join(", ")],
      ["observed", observations.map(({ mode, rule }) => `${mode}:${rule}`).join(", ")],
    ],
    columns,
  );
}

import { type PolicyFile, prove, type ProofResult } from "@leverframe/policy";
import type { Command } from "commander";
import { InvalidPolicies } from "../../policies/invalid-policies";
import { Misuse } from "../../misuse";
import { type Finish, type Outcome, policiesOf, type PolicyOptions, runPolicyCommand, withPolicyOptions } from "../../policies/policy-command";
import { compiled, filesOf, readPolicies } from "../../policies/read-policies";
import { boxesText, requestText } from "../../rendering/witness-text";
import { counted } from "../../rendering/units";
import { sectionText } from "../../rendering/sections";
import type { Terminal } from "../../terminal";

interface ProveOptions extends PolicyOptions {
  readonly never?: string;
  readonly always?: string;
}

export function addPolicyProve(policy: Command, terminal: Terminal, finish: Finish): void {
  withPolicyOptions(policy.command("prove"))
    .summary("show that a property holds for every request, or one for which it does not")
    .description("Proves the properties of proofs/*.yaml, or one that is asked for, over every request there can be.")
    .option("--never <property>", 'such as "{ when: { department: Legal }, permits: { tag: oss } }"')
    .option("--always <property>", 'such as "{ when: { riskClass: regulated }, obliges: { cache: false } }"')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ProveOptions>();
      await runPolicyCommand(terminal, finish, options, () => proveOutcome(policiesOf(options), options, terminal.columns));
    });
}

function proveOutcome(source: string, { never, always }: ProveOptions, columns: number): Outcome {
  const asked = [...(never === undefined ? [] : [["never", never] as const]), ...(always === undefined ? [] : [["always", always] as const])];
  const { set } = asked.length === 0 ? readPolicies(source) : withAsked(source, asked);
  if (set.proofs.length === 0) throw new Misuse(`there is nothing to prove in \`${source}\`: expected proofs/*.yaml, --never or --always`);
  const results = prove(set);
  const broken = results.filter(({ proved }) => !proved);
  const text = [...results.map((result) => resultText(result, columns)), `${counted(results.length, "property").replace("propertys", "properties")}: ${results.length - broken.length} proved, ${broken.length} not`].join("\n");
  return { text, json: { results: results.map(({ proof, ...rest }) => ({ name: proof.name, why: proof.why, ...rest })) }, hasFindings: broken.length > 0 };
}

const ASKED_FILE = "proofs/asked-on-the-command-line.yaml";

/** Properties of the command line are read as a proof file, so that their errors say what and where. */
function withAsked(source: string, asked: readonly (readonly ["never" | "always", string])[]) {
  const others = filesOf(source).filter(({ path }) => !path.startsWith("proofs/"));
  const texts = asked.map(([quantifier, property]) => `  - name: ${JSON.stringify(`${quantifier} ${property}`)}\n    ${quantifier}:\n      ${property.replaceAll("\n", "\n      ")}\n`);
  const file: PolicyFile = { path: ASKED_FILE, text: `proofs:\n${texts.join("")}` };
  try {
    return compiled(source, [...others, file]);
  } catch (error) {
    const own = error instanceof InvalidPolicies ? error.message.split("\n").filter((line) => line.includes(ASKED_FILE)) : [];
    if (own.length === 0) throw error;
    throw new Misuse(own.map((line) => located(line, asked)).join("\n"));
  }
}

const INDENT = 6;
const LINES_OF_ONE = 3;

function located(line: string, asked: readonly (readonly [string, string])[]): string {
  const [, number, column, rest] = new RegExp(`${ASKED_FILE}:(\\d+):(\\d+): (.*)$`).exec(line) ?? [];
  const index = Math.min(asked.length - 1, Math.floor((Number(number) - 2) / LINES_OF_ONE));
  return `--${asked[index]?.[0]}:1:${Math.max(1, Number(column) - INDENT)}: ${rest}`;
}

function resultText({ proof, proved, vacuous, counterexample }: ProofResult, columns: number): string {
  if (proved) return `proved   ${proof.name}${vacuous ? " (but no request is meant by it)" : ""}`;
  const { input, box, candidates, rules, refusal } = counterexample;
  return sectionText(
    `BROKEN   ${proof.name}`,
    [
      ["why", proof.why ?? ""],
      ["by", requestText(input)],
      ["and all", boxesText([box])],
      [proof.quantifier === "never" ? "permits" : "gets", candidates.join(", ") || refusal || ""],
      ["rules", rules.join(", ") || "none speaks about it"],
    ],
    columns,
  );
}

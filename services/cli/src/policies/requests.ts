import type { DecisionInput } from "@leverframe/policy";
import type { Command } from "commander";
import { compiled, type ReadPolicies } from "./read-policies";
import { InvalidPolicies } from "./invalid-policies";
import { Misuse } from "../misuse";

/** A request in the words of a case: what it is, not its text. */
export type CaseRequest = Readonly<Record<string, unknown>>;

export interface RequestOptions {
  readonly application?: string;
  readonly department?: string;
  readonly user?: string;
  readonly route?: string;
  readonly taskType?: string;
  readonly complexity?: string;
  readonly risk?: string;
  readonly signals?: string;
  readonly language?: string;
  readonly outputFormat?: string;
  readonly latency?: string;
  readonly capabilities?: string;
  readonly inputTokens?: string;
  readonly maxOutputTokens?: string;
  readonly attribute?: readonly string[];
  readonly state?: readonly string[];
}

const collected = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

export function withRequestOptions(command: Command): Command {
  return command
    .option("--application <name>", "where it came from (default `default`)")
    .option("--department <name>")
    .option("--user <name>")
    .option("--route <name>", "the route that it names")
    .option("--task-type <task>", "such as contract_review (default chat)")
    .option("--complexity <band>")
    .option("--risk <class>", "low, medium, high or regulated (default low)")
    .option("--signals <names>", "risk signals, parted by commas")
    .option("--language <code>")
    .option("--output-format <format>")
    .option("--latency <class>")
    .option("--capabilities <names>", "what a model must be able to do, parted by commas")
    .option("--input-tokens <n>")
    .option("--max-output-tokens <n>")
    .option("--attribute <name=value>", "of the request, such as channel=web; may stand several times", collected)
    .option("--state <name=value>", "moving state, such as budgetBand=exceeded; may stand several times", collected);
}

/** The request that the flags describe; null when there is no flag. */
export function requestOfFlags(options: RequestOptions): CaseRequest | null {
  const lists = (text?: string) => text?.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const { application, department, user, route, taskType, complexity, language, outputFormat } = options;
  const all = {
    application, department, user, route, taskType, complexity, language, outputFormat,
    riskClass: options.risk,
    riskSignals: lists(options.signals),
    latencyClass: options.latency,
    capabilities: lists(options.capabilities),
    inputTokens: numberOf(options.inputTokens),
    maxOutputTokens: numberOf(options.maxOutputTokens),
    attributes: pairs("--attribute", options.attribute),
    state: pairs("--state", options.state),
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return given.length === 0 ? null : Object.fromEntries(given);
}

/** What is no number goes on as it is, so that the policy's own reader says what it expected. */
const numberOf = (text?: string): number | string | undefined => (text !== undefined && /^\d+$/.test(text) ? Number(text) : text);

function pairs(flag: string, list?: readonly string[]): Record<string, string> | undefined {
  return list && Object.fromEntries(list.map((pair) => {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
    if (name === undefined) throw new Misuse(`${flag} is \`${pair}\`, expected name=value`);
    return [name, value ?? ""];
  }));
}

/** Requests of a text: one JSON object, a list of them, or one on each line. */
export function requestsOfText(text: string, source: string): { readonly request: CaseRequest; readonly place: string }[] {
  const whole = parsed(text);
  if (whole !== undefined) return (Array.isArray(whole) ? whole : [whole]).map((one, index) => ({ request: objectOf(one, `${source}#${index + 1}`), place: Array.isArray(whole) ? `${source}#${index + 1}` : source }));
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "") return [];
    const place = `${source}:${index + 1}`;
    const one = parsed(line);
    if (one === undefined) throw new Misuse(`${place}: not JSON: \`${line.trim().slice(0, 60)}\`, expected an object such as {"department": "Legal"}`);
    return { request: objectOf(one, place), place };
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown, place: string): CaseRequest {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as CaseRequest;
  throw new Misuse(`${place}: \`${JSON.stringify(value).slice(0, 60)}\`, expected an object such as {"department": "Legal"}`);
}

const ASKED_FILE = "cases/asked-on-the-command-line.yaml";

/**
 * Reads the requests as cases of the set, by the set's own reader: same fields, same defaults, same errors with the
 * nearest name.
 */
export function inputsOf({ source, files }: ReadPolicies, requests: readonly { readonly request: CaseRequest; readonly place: string }[]): DecisionInput[] {
  // JSON is YAML. One line for each request, so that an error's line names it.
  const lines = requests.map(({ request }, index) => `  - ${JSON.stringify({ name: `asked ${index}`, request, expect: {} })}`);
  const others = files.filter(({ path }) => !path.startsWith("cases/") && !path.startsWith("proofs/"));
  try {
    const { set } = compiled(source, [...others, { path: ASKED_FILE, text: `cases:\n${lines.join("\n")}\n` }]);
    return set.cases.flatMap((one) => (one.kind === "decision" ? { ...one.input, requestId: one.name } : []));
  } catch (error) {
    if (!(error instanceof InvalidPolicies)) throw error;
    throw new Misuse(error.message.split("\n").map((line) => located(line, requests)).join("\n"));
  }
}

function located(line: string, requests: readonly { readonly place: string }[]): string {
  const [, number, rest] = new RegExp(`${ASKED_FILE}:(\\d+):\\d+: (.*)$`).exec(line) ?? [];
  return number === undefined ? line : `${requests[Number(number) - 2]?.place ?? "request"}: ${rest}`;
}

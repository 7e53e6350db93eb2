import { LATENCY_CLASS_VALUES, RISK_CLASS_VALUES } from "@leverframe/events";
import { isRequestId } from "./request-id";

/** One member of a request line: which values it may have, and how that is said to whoever wrote another one. */
interface Field {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

const ROLES = ["system", "user", "assistant"];

const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isMessage = (value: unknown): boolean =>
  isObject(value) && ROLES.includes(value["role"] as string) && typeof value["content"] === "string" && Object.keys(value).length === 2;

const text = (expected = "some text"): Field => ({ expected, accepts: isText });
const oneOf = (values: readonly string[]): Field => ({
  expected: `one of ${values.map((value) => `\`${value}\``).join(", ")}`,
  accepts: (value) => values.includes(value as string),
});

/** The friendly shape of a request: every member, except that one of `text` and `messages` must be there, may be left out. */
export const REQUEST_FIELDS = {
  text: text(),
  messages: {
    expected: `a list of {"role": "system|user|assistant", "content": "…"} that is not empty`,
    accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isMessage),
  },
  requestId: { expected: "a UUID", accepts: (value) => typeof value === "string" && isRequestId(value) },
  idempotencyKey: text(),
  tenant: text(),
  department: text(),
  user: text(),
  route: text(),
  taskType: text("a task type such as `summarise`"),
  riskClass: oneOf(RISK_CLASS_VALUES),
  latencyClass: oneOf(LATENCY_CLASS_VALUES),
  attributes: { expected: "an object whose values are texts", accepts: (value) => isObject(value) && Object.values(value).every((one) => typeof one === "string") },
  maxOutputTokens: { expected: "a whole number from 1", accepts: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) < 2 ** 31 },
  temperature: { expected: "a number from 0 to 2", accepts: (value) => typeof value === "number" && value >= 0 && value <= 2 },
  outputSchema: { expected: "a JSON Schema as an object", accepts: isObject },
  requiredSections: { expected: "a list of headings", accepts: isTexts },
  stream: { expected: "true or false", accepts: (value) => typeof value === "boolean" },
  agentRun: text(),
  deadlineSeconds: { expected: "a number of seconds above 0, a week (604800) at most", accepts: (value) => typeof value === "number" && value > 0 && value <= 86_400 * 7 },
} as const satisfies Readonly<Record<string, Field>>;

export type RequestFieldName = keyof typeof REQUEST_FIELDS;

export const REQUEST_FIELD_NAMES = Object.keys(REQUEST_FIELDS) as readonly RequestFieldName[];

/** A line's members after they were checked. */
export interface FriendlyRequest {
  readonly text?: string;
  readonly messages?: readonly { readonly role: "system" | "user" | "assistant"; readonly content: string }[];
  readonly requestId?: string;
  readonly idempotencyKey?: string;
  readonly tenant?: string;
  readonly department?: string;
  readonly user?: string;
  readonly route?: string;
  readonly taskType?: string;
  readonly riskClass?: "low" | "medium" | "high" | "regulated";
  readonly latencyClass?: "interactive" | "standard" | "batch";
  readonly attributes?: Readonly<Record<string, string>>;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly requiredSections?: readonly string[];
  /** Whether pieces of the answer are wanted on `response-deltas` while it comes. */
  readonly stream?: boolean;
  /** The agent run or session that it is a step of. */
  readonly agentRun?: string;
  /** From now on. */
  readonly deadlineSeconds?: number;
}

import type { TaughtText } from "./lessons";
import { bodiesIn, type Body, LANGUAGES, type Order, ordersIn, partsIn, type PieceFiles } from "./pieces";

type Pick = <T>(list: readonly T[]) => T;

/** What is put together by chance is worth less than what a person wrote as a whole. */
const TASK_COST = 0.4;
const RISK_COST = 0.5;
const BODIES_FOR_ORDER = 5;
const ORDERS_FOR_BODY = 2;
const TEXTS_FOR_PART = 3;

/** Where an order stands beside its material. */
const SHAPES: readonly ((order: string, body: string) => string)[] = [
  (order, body) => `${order}: "${body}"`,
  (order, body) => `${order}\n${body}`,
  (order, body) => `${body}. ${order}`,
  (order, body) => `"${body}" ${order}`,
  (order, body) => `${order}. ${body}`,
  (order, body) => `${order}:\n\n${body}`,
  (order, body) => `${body}\n\n${order}`,
  (order, body) => `${order} - ${body}`,
  (order, body) => `${order}? ${body}`,
];

const KINDS_OF_TASK: Readonly<Record<string, readonly Body["kind"][]>> = { coding: ["code"], code_review: ["code"], agent_step: ["agent"], data_analysis: ["nums", "prose"] };
const kindsOf = (taskType: string): readonly Body["kind"][] => KINDS_OF_TASK[taskType] ?? ["prose"];

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Texts put together from pieces: each order with some bodies for the tasks, each body with some orders for the risks. */
export function putTogether(files: PieceFiles, random: () => number): TaughtText[] {
  const pick: Pick = (list) => list[Math.floor(random() * list.length)]!;
  const bodies = [...bodiesIn(files), ...LANGUAGES.flatMap((language) => composedBodies(files, language, pick))];
  return LANGUAGES.flatMap((language) => {
    const orders = ordersIn(files, language);
    // Code, numbers and agents' states are of no language; they are taught as risks once.
    const usable = bodies.filter((body) => body.language === language || body.kind !== "prose");
    const owned = bodies.filter((body) => body.language === language);
    return [...orders.flatMap((order) => taskTexts(order, usable, pick)), ...owned.flatMap((body) => riskTexts(body, orders, pick))];
  });
}

function taskTexts({ taskType, text }: Order, bodies: readonly Body[], pick: Pick): TaughtText[] {
  const fitting = bodies.filter(({ kind }) => kindsOf(taskType).includes(kind));
  const alone: TaughtText = { taskType, signals: null, text: capital(text), cost: TASK_COST };
  return [alone, ...Array.from({ length: BODIES_FOR_ORDER }, (_, i) => ({ taskType, signals: null, text: pick(SHAPES)(i % 2 === 0 ? text : capital(text), pick(fitting).text), cost: TASK_COST }))];
}

function riskTexts({ kind, signals, text }: Body, orders: readonly Order[], pick: Pick): TaughtText[] {
  const fitting = orders.filter(({ taskType }) => kindsOf(taskType).includes(kind));
  const alone: TaughtText = { taskType: null, signals, text, cost: RISK_COST };
  return [...Array.from({ length: ORDERS_FOR_BODY }, () => ({ ...alone, text: pick(SHAPES)(pick(fitting).text, text) })), alone];
}

/** Bodies put together from parts: a person with what is the matter, an event with why it is secret, and what only looks so. */
function composedBodies(files: PieceFiles, language: string, pick: Pick): Body[] {
  const parts = partsIn(files, language);
  const bodies: Body[] = [];
  const add = (signals: readonly string[], text: string): void => void bodies.push({ kind: "prose", language, signals, text: capital(text) });
  const times = (count: number, make: (i: number) => void): void => Array.from({ length: count }, (_, i) => i).forEach(make);
  for (const what of parts("what")) {
    times(TEXTS_FOR_PART, (i) => add(["phi"], `${pick(parts("who"))} ${what}${parts("more").length > 0 && i % 2 === 1 ? `, ${pick(parts("more"))}` : ""}`));
    add([], `${pick(parts("harmless"))} ${what}`);
  }
  for (const what of parts("benign")) times(TEXTS_FOR_PART, () => add([], `${pick(parts("who"))} ${what}`));
  for (const what of parts("quietbenign")) add([], `${what}, ${pick(parts("quiet"))}`);
  for (const text of [...parts("techill"), ...parts("publichealth")]) times(TEXTS_FOR_PART, () => add([], text));
  for (const event of parts("event")) {
    times(TEXTS_FOR_PART, (i) => add(["mnpi"], i % 2 === 1 ? `${event}, ${pick(parts("quiet"))}` : `${pick(parts("quiet"))}: ${event}`));
    times(2, (i) => add([], i % 2 === 1 ? `${event}, ${pick(parts("public"))}` : `${pick(parts("public"))}: ${event}`));
  }
  return bodies;
}

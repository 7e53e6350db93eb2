import type { DeadLetter } from "@leverframe/events";
import type { Column } from "./grid";
import { sectionText } from "./sections";
import { countText, timeText } from "./units";

export const DEAD_LETTER_COLUMNS: readonly Column<DeadLetter>[] = [
  { name: "id", title: "id", value: ({ deadLetterId }) => deadLetterId },
  { name: "at", title: "record of", value: ({ at }) => new Date(at / 1_000).toISOString(), text: ({ at }) => timeText(at) },
  { name: "stage", title: "stage", value: ({ stage }) => stage },
  { name: "tries", title: "tries", align: "right", value: ({ tries }) => tries },
  { name: "code", title: "code", value: ({ errorCode }) => errorCode },
  { name: "error", title: "error", flexible: true, value: ({ errorMessage }) => errorMessage },
];

const BYTES_SHOWN_MAX = 256;
const BYTES_A_LINE = 16;

export function deadLetterText(letter: DeadLetter, columnsMax: number): string {
  const { deadLetterId, topic, partition, offset, key, value, headers, stage, errorCode, errorMessage, tries, at } = letter;
  const facts = sectionText(
    `Dead letter ${deadLetterId}`,
    [
      ["from", `${topic}, partition ${partition}, offset ${offset}, written ${timeText(at)}`],
      ["stage", stage],
      ["error", `${errorCode} after ${tries} ${tries === 1 ? "try" : "tries"}: ${errorMessage}`],
      ["key", key === null ? "none" : printable(key)],
      ...Object.entries(headers).map(([name, bytes], index): [string, string] => [index === 0 ? "headers" : "", `${name}: ${printable(bytes)}`]),
      ["value", value === null ? "none" : `${countText(value.length)} bytes`],
    ],
    columnsMax,
  );
  return value === null ? facts : `${facts}\n\n${hexText(value.subarray(0, BYTES_SHOWN_MAX))}`;
}

/** Bytes in base64, since nothing is known about them. */
export function deadLetterJson({ key, value, headers, ...letter }: DeadLetter): string {
  const base64 = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString("base64"));
  const readable = Object.fromEntries(Object.entries(headers).map(([name, bytes]) => [name, printable(bytes)]));
  return JSON.stringify({ ...letter, at: new Date(letter.at / 1_000).toISOString(), headers: readable, keyBase64: base64(key), valueBase64: base64(value) }, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part), 2);
}

/** Text as it is, anything else in hex: a header may hold what a terminal should not be fed. */
function printable(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("utf8");
  return /^[\x20-\x7e\u00a0-\uffef]*$/.test(text) && !text.includes("\ufffd") ? text : `0x${Buffer.from(bytes).toString("hex")}`;
}

function hexText(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const part = Buffer.from(bytes.subarray(at, at + BYTES_A_LINE));
    const hex = (part.toString("hex").match(/../g) ?? []).join(" ").padEnd(BYTES_A_LINE * 3 - 1);
    lines.push(`  ${at.toString(16).padStart(4, "0")}  ${hex}  ${part.toString("latin1").replaceAll(/[^\x20-\x7e]/g, "·")}`);
  }
  return lines.join("\n");
}

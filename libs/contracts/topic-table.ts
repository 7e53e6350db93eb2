import { type Party, topicRow, TOPIC_NAMES } from "./topics";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ALL_STAGES_MIN = 6;

/** The topic table as Markdown, for the documentation. */
export function topicTableMarkdown(): string {
  const head = ["topic", "value", "key", "partitions", "kept", "written by", "read by"];
  const rows = TOPIC_NAMES.map((topic) => {
    const row = topicRow(topic);
    const name = row.perApplication ? `\`${topic}\`, \`${topic}.<application>\`` : `\`${topic}\``;
    return [
      `${name}: ${row.doc}`,
      `\`${row.schema}\``,
      `\`${row.key}\``,
      String(row.partitions),
      keptText(row.retentionMs),
      partiesText(row.writers),
      partiesText(row.readers),
    ];
  });
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function keptText(retentionMs: number): string {
  const [count, unit] = retentionMs < DAY_MS ? [retentionMs / HOUR_MS, "hour"] : [retentionMs / DAY_MS, "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function partiesText(parties: readonly Party[]): string {
  return parties.length < ALL_STAGES_MIN ? parties.join(", ") : "every stage";
}

import { type Party, topicRow, TOPIC_NAMES } from "./topics";

const DAY_MS = 86_400_000;
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
      `${row.retentionMs / DAY_MS} days`,
      partiesText(row.writers),
      partiesText(row.readers),
    ];
  });
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function partiesText(parties: readonly Party[]): string {
  return parties.length < ALL_STAGES_MIN ? parties.join(", ") : "every stage";
}

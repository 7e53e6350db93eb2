import { namedSettings } from "./load";

/** The configuration's reference as a Markdown table, made from the settings themselves. */
export function configTableMarkdown(): string {
  const rows = namedSettings().map(({ key, env, setting }) => {
    const fallback = setting.secret || setting.fallback === null || isEmpty(setting.fallback) ? "" : `\`${plain(setting.fallback)}\``;
    return `| \`${key}\` | \`${env}\` | ${setting.expected} | ${fallback} | ${setting.doc} |`;
  });
  return ["| key | environment | value | default | meaning |", "|---|---|---|---|---|", ...rows].join("\n");
}

const plain = (value: unknown): string => (Array.isArray(value) ? value.join(",") : String(value));
const isEmpty = (value: unknown): boolean => value === "" || (Array.isArray(value) && value.length === 0);

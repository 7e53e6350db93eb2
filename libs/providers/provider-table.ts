import { PROVIDER_FEATURES, PROVIDER_SUPPORT, type ProviderFeature, type Support } from "./support";

const MARKS: Readonly<Record<Support["support"], string>> = { yes: "✓", partly: "◐", no: "–" };

const FEATURES = Object.keys(PROVIDER_FEATURES) as readonly ProviderFeature[];
const PROVIDERS = Object.entries(PROVIDER_SUPPORT);

/** What each provider supports, as Markdown for the documentation: a row for each feature, and below it why not. */
export function providerTableMarkdown(): string {
  const head = ["", ...PROVIDERS.map(([api]) => `\`${api}\``)];
  const rows = FEATURES.map((feature) => [PROVIDER_FEATURES[feature], ...PROVIDERS.map(([, { features }]) => MARKS[features[feature].support])]);
  const align = ["---", ...PROVIDERS.map(() => ":-:")];
  const table = [head, align, ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
  return `${table}\n✓ yes, ◐ partly, – no.\n\n${FEATURES.flatMap(notesOf).join("")}`;
}

/** Providers of which the same is to be said stand together. */
function notesOf(feature: ProviderFeature): string[] {
  const byNote = new Map<string, string[]>();
  for (const [api, { features }] of PROVIDERS) {
    const { support, note } = features[feature];
    if (note === null) continue;
    const key = `${MARKS[support]} ${note}`;
    byNote.set(key, [...(byNote.get(key) ?? []), `\`${api}\``]);
  }
  const told = [...byNote].map(([note, apis]) => `${apis.join(", ")} ${note}`);
  return told.length === 0 ? [] : [`- **${PROVIDER_FEATURES[feature]}**: ${told.join("; ")}\n`];
}

import { readFileSync } from "node:fs";
import path from "node:path";
import { topicTableMarkdown } from "@leverframe/contracts";
import { configTableMarkdown } from "@leverframe/nest";
import { providerTableMarkdown } from "@leverframe/providers";

it.each([
  ["ARCHITECTURE.md", "topics", topicTableMarkdown],
  ["CONFIGURATION.md", "settings", configTableMarkdown],
  ["README.md", "providers", providerTableMarkdown],
])("%s holds today's table of %s between its markers (else: npm run docs)", (document, marker, table) => {
  const text = readFileSync(path.join(import.meta.dirname, "../..", document), "utf8");
  const held = new RegExp(`<!-- ${marker}:start -->\\n\\n([\\s\\S]*?)\\n<!-- ${marker}:end -->`).exec(text);
  expect(held?.[1]).toBe(table());
});

import { readFileSync } from "node:fs";
import path from "node:path";
import { topicTableMarkdown } from "@leverframe/contracts";

it("ARCHITECTURE.md holds today's topic table between its markers", () => {
  const text = readFileSync(path.join(import.meta.dirname, "../../ARCHITECTURE.md"), "utf8");
  const table = /<!-- topics:start -->\n\n([\s\S]*?)\n<!-- topics:end -->/.exec(text);
  if (table?.[1] !== topicTableMarkdown()) {
    throw new Error(`${table ? "the topic table in ARCHITECTURE.md is out of date" : "ARCHITECTURE.md has no topic table markers"}: run \`npm run topics:table\``);
  }
});

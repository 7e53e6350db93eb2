import { readFileSync } from "node:fs";
import path from "node:path";
import { train } from "@leverframe/classification";
import { trainingSources } from "./training-sources";

const root = path.join(import.meta.dirname, "..", "..");
const committed = (name: string) => readFileSync(path.join(root, "libs", "domain", "classification", "weights", `${name}-weights.ts`), "utf8");
const WEIGHTS_BYTES_MAX = 300_000;

describe("the classifier's weights", () => {
  const { tasks, risks } = train(trainingSources(root));

  it.each([["task", tasks], ["risk", risks]])("%s: are those that `npm run train` learns from this checkout", (name, text) => {
    // Compared as a whole first: a difference of two files of this size would be all that a failure shows.
    expect(committed(name).includes(`\`${text}\``)).toBe(true);
  });

  it("stay small", () => {
    expect(tasks.length + risks.length).toBeLessThanOrEqual(WEIGHTS_BYTES_MAX);
  });
});

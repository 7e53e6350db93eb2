import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { halfOf, type LabelledRequest, readLabelledRequests, type TrainingSources } from "@leverframe/classification";

/** What the classifier's weights are learned from, as it stands in a checkout. */
export function trainingSources(root: string): TrainingSources {
  const training = path.join(root, "libs", "domain", "classification", "training");
  const evaluation = path.join(root, "test", "evaluation");
  const tuned = labelled(path.join(evaluation, "classification")).filter(({ id }) => halfOf(id) === "tuning");
  return {
    sentences: textsIn(path.join(training, "sentences")).map(({ text }) => text),
    pieces: Object.fromEntries(textsIn(path.join(training, "pieces")).map(({ name, text }) => [name, text])),
    tuning: tuned,
    development: labelled(path.join(evaluation, "classification-learned")),
  };
}

const labelled = (folder: string): LabelledRequest[] => filesIn(folder, ".jsonl").flatMap((file) => readLabelledRequests(file, readFileSync(path.join(folder, file), "utf8")));
const textsIn = (folder: string) => filesIn(folder, ".txt").map((file) => ({ name: path.basename(file, ".txt"), text: readFileSync(path.join(folder, file), "utf8") }));
const filesIn = (folder: string, ending: string): string[] => readdirSync(folder).filter((file) => file.endsWith(ending)).sort();

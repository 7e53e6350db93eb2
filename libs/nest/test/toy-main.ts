import { run } from "../index";
import { ToyClassifier, toyModule, toyProbe } from "./toy-stages";

// A service's whole main, for the test of signals. Its handler takes a while and says when it has begun.
const probe = toyProbe(async () => {
  process.stdout.write("handling\n");
  await new Promise((resolve) => setTimeout(resolve, 300));
});
await run(toyModule(probe, ToyClassifier));

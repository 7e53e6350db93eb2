import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readOptions, type SimulatorOptions } from "./options";
import { startSimulator } from "./simulator";

const { values } = parseArgs({
  options: {
    port: { type: "string" },
    config: { type: "string" },
    calls: { type: "string" },
    seed: { type: "string" },
  },
});

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (text === "" || !Number.isInteger(number) || number < 0) throw new RangeError(`--${name} must be a whole number`);
  return number;
}

const configured: SimulatorOptions =
  values.config === undefined ? {} : readOptions(readFileSync(values.config, "utf8"));
const simulator = await startSimulator({
  ...configured,
  ...(values.port === undefined ? {} : { port: wholeNumber("port", values.port) }),
  ...(values.seed === undefined ? {} : { seed: wholeNumber("seed", values.seed) }),
  ...(values.calls === undefined ? {} : { callsFile: values.calls }),
});
console.log(`simulator listening on ${simulator.url}`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void simulator.close().then(() => process.exit(0)));
}

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { startCluster } from "./index";

const { values: options } = parseArgs({
  options: { write: { type: "string" }, dir: { type: "string" }, json: { type: "boolean", default: false } },
});
const within = (name: string) => (options.dir ? { dir: path.resolve(options.dir, name) } : {});

// Until the servers are up, leaving is enough: exit handlers end what was started and remove its temporary folders.
const leaveEarly = () => process.exit(130);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, leaveEarly);

const cluster = await startCluster({
  kafka: within("kafka"),
  registry: within("registry"),
  redis: within("redis"),
  clickhouse: within("clickhouse"),
});
const lines = Object.entries(cluster.env).map(([name, value]) => `${name}=${value}`);
const text = `${options.json ? JSON.stringify(cluster.env, null, 2) : lines.join("\n")}\n`;
if (options.write) {
  mkdirSync(path.dirname(path.resolve(options.write)), { recursive: true });
  writeFileSync(options.write, text);
}
process.stdout.write(text);
// On stderr, so that stdout stays an environment to source.
for (const { name, startMs, pid } of cluster.servers) console.error(`# ${name}: pid ${pid}, ready in ${startMs} ms`);

let leaving = false;
async function leave(exitCode: number): Promise<void> {
  if (leaving) return;
  leaving = true;
  await cluster.stop();
  process.exit(exitCode);
}
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.off(signal, leaveEarly);
  process.on(signal, () => void leave(0));
}
for (const server of cluster.servers) {
  server.onCrash = (reason) => {
    // Ctrl-C reaches the servers directly, too, as members of the terminal's process group.
    setTimeout(() => {
      if (!leaving) console.error(`${reason}; its log was ${server.logFile}; stopping the others`);
      void leave(1);
    }, 200);
  };
}

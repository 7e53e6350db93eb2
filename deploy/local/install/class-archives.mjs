/**
 * Makes the class-data archives (AppCDS) of the Kafka and the registry that were just installed: one real start of
 * each, which is also the proof that they work here. Later starts take half the time.
 */
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 60_000;
const ARCHIVE = "classes.jsa";

/** @param {{ kafka: string, apicurio: string, local: string }} folders */
export async function makeClassArchives({ kafka, apicurio, local }) {
  const scratch = mkdtempSync(path.join(tmpdir(), "leverframe-archive-"));
  const [brokerPort, controllerPort, registryPort] = await Promise.all([freePort(), freePort(), freePort()]);
  const broker = startKafka({ kafka, local, scratch, brokerPort, controllerPort });
  let registry;
  try {
    await until(() => broker.log().includes("Kafka Server started"), broker);
    registry = startRegistry({ apicurio, local, scratch, brokerPort, registryPort });
    await until(async () => (await fetch(`http://127.0.0.1:${registryPort}/health/ready`)).ok, registry);
    await useRegistry(`http://127.0.0.1:${registryPort}/apis/ccompat/v7`);
    await registry.stop();
    await broker.stop();
    for (const folder of [kafka, apicurio]) renameSync(path.join(folder, `${ARCHIVE}.new`), path.join(folder, ARCHIVE));
  } finally {
    registry?.kill();
    broker.kill();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    for (const folder of [kafka, apicurio]) rmSync(path.join(folder, `${ARCHIVE}.new`), { force: true });
  }
}

/** Jars in the order and the relative spelling in which the servers are started later: an archive fits no other. */
export function classpath(kafka) {
  const jars = readdirSync(path.join(kafka, "lib")).filter((name) => name.endsWith(".jar"));
  return jars
    .sort()
    .map((name) => `lib/${name}`)
    .join(path.delimiter);
}

function startKafka({ kafka, local, scratch, brokerPort, controllerPort }) {
  const data = path.join(scratch, "data");
  cpSync(path.join(kafka, "formatted"), data, { recursive: true });
  const properties = path.join(scratch, "server.properties");
  writeFileSync(properties, brokerProperties({ local, data, brokerPort, controllerPort }));
  return java("kafka", kafka, scratch, [
    `@${path.join(local, "kafka", "jvm.options")}`,
    `-Dlog4j2.configurationFile=${path.join(local, "kafka", "log4j2.properties")}`,
    ...["-cp", classpath(kafka), "kafka.Kafka", properties],
  ]);
}

export function brokerProperties({ local, data, brokerPort, controllerPort }) {
  return readFileSync(path.join(local, "kafka", "server.properties"), "utf8")
    .replaceAll("@brokerPort@", String(brokerPort))
    .replaceAll("@controllerPort@", String(controllerPort))
    .replaceAll("@dir@", data);
}

function startRegistry({ apicurio, local, scratch, brokerPort, registryPort }) {
  return java("registry", apicurio, scratch, [
    `@${path.join(local, "registry", "jvm.options")}`,
    `-Dquarkus.http.port=${registryPort}`,
    `-Dapicurio.kafkasql.bootstrap.servers=127.0.0.1:${brokerPort}`,
    ...["-jar", readdirSync(apicurio).find((name) => name.endsWith("-runner.jar"))],
  ]);
}

/** Registers and reads a schema, so that the classes of that path are in the archive, too. */
async function useRegistry(url) {
  const headers = { "content-type": "application/vnd.schemaregistry.v1+json" };
  const schema = JSON.stringify({ type: "record", name: "Archived", fields: [{ name: "id", type: "string" }] });
  const request = { method: "POST", headers, body: JSON.stringify({ schema, schemaType: "AVRO" }) };
  const answer = await fetch(`${url}/subjects/archived-value/versions`, request);
  if (!answer.ok) throw new Error(`the registry refused a schema: ${answer.status} ${await answer.text()}`);
  await fetch(`${url}/schemas/ids/${(await answer.json()).id}`);
}

function java(name, cwd, scratch, args) {
  const logFile = path.join(scratch, `${name}.log`);
  const log = openSync(logFile, "w");
  const child = spawn("java", [`-XX:ArchiveClassesAtExit=${ARCHIVE}.new`, ...args], {
    cwd,
    stdio: ["ignore", log, log],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const gone = new Promise((resolve) => child.once("exit", resolve).once("error", resolve));
  const read = () => (existsSync(logFile) ? readFileSync(logFile, "utf8") : "");
  return {
    name,
    kill,
    log: read,
    running: () => child.exitCode === null && child.signalCode === null && child.pid !== undefined,
    stop: async () => {
      child.kill("SIGTERM");
      if ((await Promise.race([gone, sleep(STOP_WITHIN_MS, "late", { ref: false })])) === "late") {
        throw new Error(`${name} did not stop in ${STOP_WITHIN_MS} ms`);
      }
    },
  };
}

async function until(isReady, server) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (
    !(await Promise.resolve()
      .then(isReady)
      .catch(() => false))
  ) {
    if (!server.running()) throw new Error(`${server.name} ended while starting:\n${server.log().slice(-1_500)}`);
    if (Date.now() > deadline) throw new Error(`${server.name} was not ready in ${READY_WITHIN_MS} ms`);
    await sleep(200);
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

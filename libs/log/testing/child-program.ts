/**
 * Runs in a child process that a test ends with kill −9. argv[2] is JSON (see ChildTask); each line on stdout is one
 * event that the test may rely on having happened.
 */
import { openKafkaLog } from "../kafka/kafka-log";
import type { Log } from "../log";
import { openSqliteLog } from "../sqlite/sqlite-log";
import { FileCrashGuardStore } from "../consumer/file-crash-guard-store";
import { CrashGuard } from "../consumer/crash-guard";
import { StageRuntime } from "../consumer/stage-runtime";
import type { ChildTask } from "./children";
import { Member, numbered, textOf } from "./member";

const task = JSON.parse(process.argv[2]!) as ChildTask;
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const log: Log =
  task.log.kind === "sqlite"
    ? openSqliteLog({ path: task.log.path, leaseMs: task.log.leaseMs })
    : openKafkaLog({ brokers: task.log.brokers, clientId: "child", sessionMs: task.log.sessionMs });

if (task.do === "write") {
  for (let batch = 0; ; batch++) {
    await log.append(numbered(task.topic, 20, `${task.prefix}${batch}.`));
    say(`written ${batch}`);
    if (batch === task.batches - 1) break;
  }
  await log.close();
}

if (task.do === "consume") {
  const member = await Member.join(log, task.groupId, [task.topic]);
  setInterval(() => say(`has ${member.assigned.length} ${new Set(member.texts()).size}`), 20);
}

if (task.do === "copy") {
  const runtime = new StageRuntime({
    log,
    groupId: task.groupId,
    topics: [task.topic],
    concurrencyMax: 16,
    commitEveryMs: 100,
    ...(task.guardDir === undefined ? {} : { crashGuard: new CrashGuard(new FileCrashGuardStore(task.guardDir)) }),
    handle: async ({ key, value }) => {
      const text = textOf(value);
      if (text === task.fatal) process.kill(process.pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, task.handleMs));
      return [{ topic: task.to, key, value }];
    },
    deadLetter: ({ key, value }, { error }) => ({ topic: task.dead, key, value, headers: { error: Buffer.from(error.message) } }),
    observer: { handled: ({ value }) => say(`handled ${textOf(value)}`), deadLettered: ({ value }) => say(`buried ${textOf(value)}`) },
  });
  await runtime.start();
  say("started");
}

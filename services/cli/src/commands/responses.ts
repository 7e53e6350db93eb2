import type { Response } from "@leverframe/events";
import { toAppError } from "@leverframe/kernel";
import type { LogRecord } from "@leverframe/log";
import { type Command, Option } from "commander";
import { presentConfigOf } from "../data-folder";
import type { GlobalOptions } from "../global-options";
import { ephemeralGroup, type Installation, withInstallation } from "../installation";
import { contentOf, latencyMicros, responseJson } from "../rendering/answer-columns";
import { oneLine } from "../rendering/printable";
import { cut } from "../rendering/table";
import { durationText, timeText, usdText } from "../rendering/units";
import { interrupted } from "../interrupted";
import type { Terminal } from "../terminal";
import { checkApplication } from "../requests/known-application";
import { openTail } from "../topics/log-tail";
import { readToEnd } from "../topics/read-to-end";

interface ResponsesOptions extends GlobalOptions {
  readonly application: string;
  readonly follow: boolean;
  readonly format: "text" | "json";
}

export function addResponses(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command("responses")
    .summary("print the answers of an application")
    .description("Prints the answers that the log holds; with --follow those that come from now on, until Ctrl-C.")
    .option("-a, --application <name>", "whose answers", "default")
    .option("--follow", "keep printing new answers", false)
    .addOption(new Option("-f, --format <format>", "one line of text or of JSON for each answer").choices(["text", "json"]).default("text"))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ResponsesOptions>();
      await withInstallation(presentConfigOf(options), (installation) => responses(installation, options, terminal));
      finish(0);
    });
}

async function responses(installation: Installation, { application, follow, format }: ResponsesOptions, terminal: Terminal): Promise<void> {
  const { log, names, codec } = installation;
  await checkApplication(installation, application);
  const topic = names.responses(application);
  const groupId = ephemeralGroup(names, "responses");
  const show = async ({ value, partition, offset }: LogRecord): Promise<void> => {
    if (value === null) return;
    try {
      const response = await codec.decode("response", value);
      terminal.out(format === "json" ? JSON.stringify(responseJson(response)) : lineOf(response, terminal.columns));
    } catch (thrown) {
      terminal.err(`${topic} partition ${partition} offset ${offset}: ${toAppError(thrown).message}`);
    }
  };
  if (!follow) return readToEnd({ log, topic, groupId, visit: show });
  const stop = interrupted();
  const crash = Promise.withResolvers<never>();
  const tail = await openTail({ log, topics: [topic], groupId, from: "now", onRecord: (record) => void show(record), onCrash: crash.reject });
  terminal.err(`following \`${topic}\`, Ctrl-C ends`);
  try {
    await Promise.race([stop, crash.promise]);
  } finally {
    await tail.close();
  }
}

function lineOf(response: Response, columnsMax: number): string {
  const { answeredAt, requestId, department, status, candidate, costNanoUsd } = response;
  const facts = [timeText(answeredAt), requestId, department, status, candidate ?? "–", usdText(costNanoUsd), durationText(latencyMicros(response))];
  return cut(`${facts.join("  ")}  ${oneLine(contentOf(response))}`, Math.max(columnsMax, 100));
}

import { decisionJson, findDecision, findJournal } from "@leverframe/analytics";
import { AppError } from "@leverframe/kernel";
import { type Command, Option } from "commander";
import { presentConfigOf } from "../data-folder";
import type { GlobalOptions } from "../global-options";
import { checkRequestId } from "../requests/request-id";
import { explainText } from "../rendering/explain-text";
import { withAnalytics } from "../stored-analytics";
import type { Terminal } from "../terminal";

interface ExplainOptions extends GlobalOptions {
  readonly tenant?: string;
  readonly format: "text" | "json";
}

export function addExplain(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command("explain")
    .summary("the whole story of one decision")
    .description("Shows why a request was answered, refused or escalated as it was: who asked, what it was found to be, what was permitted by which rules, what was chosen, paid, called and checked. It holds no prompt and no answer.")
    .argument("<requestId>", "as `send`, `responses` and the response record show it")
    .option("--tenant <name>", "only if it is this tenant's")
    .addOption(new Option("-f, --format <format>", "to read, or the stored decision as JSON").choices(["text", "json"]).default("text"))
    .action(async (requestId: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ExplainOptions>();
      terminal.out(await explain(requestId.toLowerCase(), options, terminal.columns));
      finish(0);
    });
}

async function explain(requestId: string, options: ExplainOptions, columnsMax: number): Promise<string> {
  checkRequestId(requestId);
  return withAnalytics(presentConfigOf(options), async (analytics) => {
    const tenant = options.tenant ?? null;
    const decision = await findDecision(analytics, requestId, tenant);
    if (decision === null) throw new AppError("bad_input", `no decision is stored for request \`${requestId}\`${tenant === null ? "" : ` of tenant \`${tenant}\``}: it is not answered yet, or was not sent here`);
    if (options.format === "json") return JSON.stringify(JSON.parse(decisionJson(decision)), null, 2);
    return explainText(decision, await findJournal(analytics, requestId, tenant), columnsMax);
  });
}

import { message } from "@leverframe/contracts";
import type { Command } from "commander";
import { presentConfigOf } from "../data-folder";
import type { GlobalOptions } from "../global-options";
import { withInstallation } from "../installation";
import { checkApplication } from "../requests/known-application";
import { Misuse } from "../misuse";
import { checkRequestId } from "../requests/request-id";
import type { Terminal } from "../terminal";

interface CancelOptions extends GlobalOptions {
  readonly application: string;
  readonly key?: string;
  readonly reason?: string;
}

export function addCancel(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command("cancel")
    .summary("say that the answer to a request is not wanted any more")
    .description("Cancels a request of an application: a call under way is ended and what it used is settled, a call that was not made is not made. The request gets its one answer, `refused` with the code `cancelled`, unless it was answered before.")
    .argument("[requestId]", "of the request")
    .option("-a, --application <name>", "whose request it is", "default")
    .option("-k, --key <key>", "the request's idempotency key, instead of its id")
    .option("--reason <text>", "for the record")
    .action(async (requestId: string | undefined, _options: unknown, command: Command) => {
      await cancel(requestId, command.optsWithGlobals<CancelOptions>(), terminal);
      finish(0);
    });
}

async function cancel(requestId: string | undefined, options: CancelOptions, terminal: Terminal): Promise<void> {
  const { application, key = null, reason = null } = options;
  if ((requestId === undefined) === (key === null)) throw new Misuse("expected the id of a request, or its `--key`");
  if (requestId !== undefined) checkRequestId(requestId);
  await withInstallation(presentConfigOf(options), async (installation) => {
    await checkApplication(installation, application);
    const cancellation = message("cancellations", { requestId: requestId ?? "", idempotencyKey: key, reason }, application);
    await installation.log.append([installation.maker.recordOf(cancellation)]);
    terminal.err(`asked to cancel on \`${installation.names.name("cancellations", application)}\`; read the answer with \`leverframe responses --application ${application}\``);
  });
}

import { message } from "@leverframe/contracts";
import type { Feedback } from "@leverframe/events";
import { AppError } from "@leverframe/kernel";
import { systemClock, uuidv7 } from "@leverframe/nest";
import type { Command } from "commander";
import { presentConfigOf } from "../data-folder";
import type { GlobalOptions } from "../global-options";
import { policySetOf, withInstallation } from "../installation";
import { wholeNumber } from "../option-values";
import { Misuse } from "../misuse";
import { checkApplication } from "../requests/known-application";
import { checkRequestId } from "../requests/request-id";
import type { Terminal } from "../terminal";

const RATING_MAX = 5;

interface FeedbackOptions extends GlobalOptions {
  readonly application: string;
  readonly succeeded?: boolean;
  readonly failed?: boolean;
  readonly rating?: number;
  readonly user?: string;
  readonly comment?: string;
}

export function addFeedback(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command("feedback")
    .summary("say what became of an answer")
    .description("Records what the business says about an answer: whether it did its work, how good it was. Each record is a row of the view `feedback`, to be joined with `decisions` by tenant, application and request.")
    .argument("<requestId>", "of the request that was answered")
    .option("-a, --application <name>", "whose request it was", "default")
    .option("--succeeded", "the answer did what it was wanted for")
    .option("--failed", "it did not")
    .option("--rating <1..5>", "5 is best", wholeNumber(1))
    .option("--user <name>", "who says so")
    .option("--comment <text>", "for whoever reads it")
    .action(async (requestId: string, _options: unknown, command: Command) => {
      await give(requestId, command.optsWithGlobals<FeedbackOptions>(), terminal);
      finish(0);
    });
}

async function give(requestId: string, options: FeedbackOptions, terminal: Terminal): Promise<void> {
  const { application, rating = null, user = null, comment = null } = options;
  if (options.succeeded && options.failed) throw new Misuse("expected `--succeeded` or `--failed`, not both");
  if (rating !== null && rating > RATING_MAX) throw new Misuse(`rating is \`${rating}\`, expected 1 to ${RATING_MAX}`);
  checkRequestId(requestId);
  const succeeded = options.succeeded ? true : options.failed ? false : null;
  if (succeeded === null && rating === null && comment === null) throw new Misuse("nothing is said: expected `--succeeded`, `--failed`, `--rating` or `--comment`");
  const config = presentConfigOf(options);
  await withInstallation(config, async (installation) => {
    await checkApplication(installation, application);
    const tenant = policySetOf(config).applications.get(application)?.tenant;
    if (tenant === undefined) throw new AppError("bad_input", `application \`${application}\` is in no applications.yaml of \`${config.policies.dir}\``);
    const feedback: Feedback = { feedbackId: uuidv7(), requestId, tenant, user, succeeded, rating, comment, at: systemClock.nowMicros() };
    await installation.log.append([installation.maker.recordOf(message("feedback", feedback, application))]);
    terminal.err(`recorded for \`${requestId}\``);
  });
}

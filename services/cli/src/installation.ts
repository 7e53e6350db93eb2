import { type EventCodec, TopicNames } from "@leverframe/contracts";
import { CHECK_NAMES } from "@leverframe/evaluation";
import type { Log } from "@leverframe/log";
import { type Config, openCodec, openLog, RecordMaker, sha256, uuidv7 } from "@leverframe/nest";
import type { PolicySet } from "@leverframe/policy";
import { openPolicyFolder } from "@leverframe/policy-source";

/** The running or resting installation that a command talks to: its log and the language spoken there. */
export interface Installation {
  readonly config: Config;
  readonly names: TopicNames;
  readonly log: Log;
  readonly codec: EventCodec;
  readonly maker: RecordMaker;
}

/** Opens the log and the codec of the configured profile for as long as `use` runs. */
export async function withInstallation<T>(config: Config, use: (installation: Installation) => Promise<T>): Promise<T> {
  const names = new TopicNames(config.topicPrefix);
  const log = openLog(config);
  try {
    const codec = await openCodec(config, names);
    return await use({ config, names, log, codec, maker: new RecordMaker(codec, names) });
  } finally {
    await log.close();
  }
}

/** A consumer group for one run of a command, so that runs never take records from each other. */
export function ephemeralGroup(names: TopicNames, purpose: string): string {
  return `${names.prefix}leverframe.cli.${purpose}.${uuidv7()}`;
}

/** The policy set that the stages of this configuration would run with. */
export function policySetOf({ policies, providers }: Config): PolicySet {
  return openPolicyFolder(policies.dir, { digest: sha256, checkNames: CHECK_NAMES, baseUrls: providers.baseUrls }).current();
}

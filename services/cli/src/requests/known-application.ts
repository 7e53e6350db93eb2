import { topicSpecs } from "@leverframe/contracts";
import { type Installation, policySetOf } from "../installation";
import { Misuse } from "../misuse";

/** The embedded profile needs no provisioning: the topics of an application that the policies know are there when asked for. */
export async function checkApplication({ config, names, log }: Installation, application: string): Promise<void> {
  names.requests(application);
  if (config.profile !== "embedded") return;
  const known = [...policySetOf(config).applications.keys()];
  if (!known.includes(application)) {
    throw new Misuse(`application \`${application}\` is unknown, expected one of ${known.map((name) => `\`${name}\``).join(", ")} (applications.yaml in \`${config.policies.dir}\`)`);
  }
  await log.ensureTopics(topicSpecs(known, { names, recordBytesMax: config.recordBytesMax }));
}

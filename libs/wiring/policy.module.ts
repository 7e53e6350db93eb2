import { Module } from "@nestjs/common";
import { CHECK_NAMES } from "@leverframe/evaluation";
import type { Digest } from "@leverframe/kernel";
import { APPLICATIONS, CONFIG, type Config, DIGEST } from "@leverframe/nest";
import { type PolicySource, openPolicyFolder } from "@leverframe/policy-source";
import { POLICY } from "./tokens";

/** The active policy set, compiled at start: a process without a valid one does not start. */
@Module({
  providers: [
    {
      provide: POLICY,
      useFactory: ({ policies, providers }: Config, digest: Digest) =>
        openPolicyFolder(policies.dir, { digest, checkNames: CHECK_NAMES, baseUrls: providers.baseUrls }),
      inject: [CONFIG, DIGEST],
    },
    {
      provide: APPLICATIONS,
      useFactory: (policy: PolicySource) => [...policy.current().applications.keys()],
      inject: [POLICY],
    },
  ],
  exports: [POLICY, APPLICATIONS],
})
export class PolicyModule {}

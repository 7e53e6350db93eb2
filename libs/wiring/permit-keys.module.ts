import { Module } from "@nestjs/common";
import { PERMIT_KEYS, type PermitKey, permitKeysProvider } from "@leverframe/nest";
import { createKeyRing } from "@leverframe/permit";
import { KEY_RING } from "./tokens";

/** The keys of permit signatures: imported by the policy gate and the executor alone. */
@Module({
  providers: [
    permitKeysProvider,
    {
      provide: KEY_RING,
      useFactory: ([signing, ...accepted]: readonly [PermitKey, ...PermitKey[]]) => createKeyRing(signing, accepted),
      inject: [PERMIT_KEYS],
    },
  ],
  exports: [KEY_RING],
})
export class PermitKeysModule {}

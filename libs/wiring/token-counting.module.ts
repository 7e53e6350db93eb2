import { Module } from "@nestjs/common";
import { createTokenCounter } from "@leverframe/tokenizers";
import { COUNT_TOKENS } from "./tokens";

/** One counter for all stages of a process: what the gate has counted the executor need not count again. */
@Module({ providers: [{ provide: COUNT_TOKENS, useFactory: () => createTokenCounter() }], exports: [COUNT_TOKENS] })
export class TokenCountingModule {}

import { Module } from "@nestjs/common";
import { identifiersIn } from "@leverframe/classification";
import type { MaskText } from "@leverframe/evaluation";
import { maskIdentifiers } from "@leverframe/redaction";
import { AnswersModule, DeferralModule, PolicyModule } from "@leverframe/wiring";
import { EvaluatorHandler } from "./evaluator.handler";
import { MASK_TEXT } from "./tokens";

const mask: MaskText = (text, kinds) => maskIdentifiers(text, kinds, identifiersIn);

@Module({ imports: [PolicyModule, AnswersModule, DeferralModule], controllers: [EvaluatorHandler], providers: [{ provide: MASK_TEXT, useValue: mask }] })
export class EvaluatorModule {}

export { EvaluatorModule } from "./evaluator.module";

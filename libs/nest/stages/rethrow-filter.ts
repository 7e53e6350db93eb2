import { Catch, type ExceptionFilter } from "@nestjs/common";

/** Without it Nest turns every handler error into `{status, message}`, and class and code are gone. */
@Catch()
export class RethrowFilter implements ExceptionFilter {
  catch(exception: unknown): never {
    throw exception;
  }
}

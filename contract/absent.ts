/**
 * Fields that may be left out. Many a language writes `null` for what is not there, so that means the same.
 *
 * @module
 */
import * as z from 'zod';

/** What may be left out, or be `null`. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([schema, nothing()]).optional();

/** Each its own: one that several fields have is told of the first alone, where OpenAPI is made of them. */
const nothing = () =>
  z
    .null()
    .transform(() => undefined)
    .pipe(z.never().optional());

/** The same of what then is as it mostly is. */
export const defaulted = <Value, Schema extends z.ZodType<Value, Value>>(
  schema: Schema & z.ZodType<Value, Value>,
  value: NoInfer<Value>,
) => {
  const mostly = z.null().transform(() => value as never);
  return z
    .union([schema, mostly.pipe(schema as unknown as z.ZodType<Value, never>)])
    .default(value as never);
};

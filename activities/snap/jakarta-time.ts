const JAKARTA_OFFSET_MS = 7 * 3_600_000;

/**
 * The time as SNAP writes it: `YYYY-MM-DDTHH:mm:ss+07:00`, no milliseconds. Jakarta has no summer time, so the
 * offset is constant.
 */
export function jakartaTime(instant: Date): string {
  return `${new Date(instant.getTime() + JAKARTA_OFFSET_MS).toISOString().slice(0, 19)}+07:00`;
}

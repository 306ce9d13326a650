const JAKARTA_OFFSET_MS = 7 * 3_600_000;

/** The sandbox's time: the system's, moved ahead as asked. Tokens, OTPs, settlement and expiry follow it. */
export class Clock {
  #aheadMs = 0;

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  advance(ms: number): void {
    this.#aheadMs += ms;
  }

  /** To be kept over a restart: how far it is ahead. */
  contents() {
    return this.#aheadMs;
  }

  restore(contents: number): void {
    this.#aheadMs = contents;
  }

  reset(): void {
    this.#aheadMs = 0;
  }

  /** `2026-01-31T10:00:00+07:00` */
  iso(at = this.now()): string {
    return `${new Date(at + JAKARTA_OFFSET_MS).toISOString().slice(0, 19)}+07:00`;
  }

  /** The calendar day in Jakarta, within which an X-EXTERNAL-ID must be unique. */
  day(): string {
    return this.iso().slice(0, 10);
  }
}

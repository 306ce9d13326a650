/** The same, as a test of the backend's own: for Jest and for Vitest. */
import { sell } from './backend.js';

declare function test(name: string, body: () => Promise<void>, timeoutMs: number): void;
declare function expect(value: unknown): { toBe(expected: unknown): void };

test('sells', async () => expect(await sell()).toBe('paid'), 60_000);

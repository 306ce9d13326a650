import { control } from '../../bench/site.js';

/** Enough for all top-ups of a run. */
export async function corporateFunds(sandboxUrl: string): Promise<void> {
  await control(sandboxUrl, 'corporate/balance', { add: '100000000000.00' });
}

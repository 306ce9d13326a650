/**
 * What the browser brings back from DOKU's pages. It came through the customer's hands, so it is a hint
 * until DOKU confirms it.
 *
 * @module
 */

/** From the create-PIN page: `accountId`, `partnerReferenceNo`, `status`. */
export interface PinReturn {
  readonly accountId: string | undefined;
  readonly partnerReferenceNo: string | undefined;
  readonly status: string | undefined;
}

export function pinReturn(rawQuery: string): PinReturn {
  const query = parameters(rawQuery);
  const accountId = query.get('accountId');
  return {
    accountId: accountId && /^\d{1,36}$/.test(accountId) ? accountId : undefined,
    partnerReferenceNo: query.get('partnerReferenceNo'),
    status: query.get('status'),
  };
}

/** From the binding page: the plain `authCode`. */
export function authCodeOf(rawQuery: string): string | undefined {
  const code = parameters(rawQuery).get('authCode');
  return code && code.length <= 256 ? code : undefined;
}

/** URLSearchParams is not there in Temporal's workflow sandbox of every SDK version; pairs are enough here. */
function parameters(rawQuery: string): Map<string, string> {
  const pairs = rawQuery.replace(/^.*\?/, '').split('&');
  return new Map(
    pairs.flatMap((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      const decoded = decodedOrNothing(value);
      return decoded === undefined ? [] : [[name, decoded] as const];
    }),
  );
}

function decodedOrNothing(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return undefined;
  }
}

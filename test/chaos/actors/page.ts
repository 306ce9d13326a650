/**
 * What a customer's browser does on DOKU's pages.
 *
 * @module
 */

/** What came of a form that was sent. */
export interface Visit {
  readonly status: number;
  /** The query with which DOKU sends the browser back to the shop. */
  readonly rawQuery?: string;
}

export async function sendForm(url: string, fields: Record<string, string>): Promise<Visit> {
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
  });
  await answer.arrayBuffer();
  const location = answer.headers.get('location');
  return {
    status: answer.status,
    ...(location !== null && { rawQuery: new URL(location).search }),
  };
}

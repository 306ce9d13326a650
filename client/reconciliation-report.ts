import { stringify } from 'csv-stringify/sync';
import type {
  Mismatch,
  ReconciliationChanges,
  ReconciliationResult,
} from '../contract/reconciliation.js';

const COLUMNS = [
  'kind',
  'partnerReferenceNo',
  'customerId',
  'amount',
  'subject',
  'here',
  'doku',
] as const;

/** Beyond what any cell has to tell. */
const LONGEST = 4_096;

/** The mismatches as a CSV file with a header. Cells that a spreadsheet would take for formulas are not run by it. */
export function reconciliationCsv(result: ReconciliationResult): string {
  return stringify([...result.mismatches], {
    header: true,
    columns: [...COLUMNS],
    escape_formulas: true,
    cast: { string: inOneCell },
  });
}

/** A spreadsheet may split at other signs than commas, or at line breaks, and what comes after one is a cell's beginning. */
const inOneCell = (text: string) =>
  text
    .slice(0, LONGEST)
    .replace(/[\r\n\t]/g, ' ')
    .replace(/[;|](?=[=+\-@])/g, "$&'");

/** The report as a page to read or print. */
export function reconciliationPage(result: ReconciliationResult): string {
  const { from, to, counts, mismatches, odd, changes } = result;
  const omitted = counts.mismatched - mismatches.length;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Reconciliation ${escaped(from)}</title>
<style>body{font:15px system-ui;margin:2rem}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.3rem .6rem;text-align:left}</style></head>
<body>
<h1>Reconciliation</h1>
<p>From ${escaped(from)} to ${escaped(to)}</p>
<p>${counts.checked} checked, ${counts.matched} matched, <strong>${counts.mismatched} mismatched</strong>,
${counts.open} still open, ${counts.unaskable} could not be asked about and are looked at again daily; ${counts.entries} entries of DOKU's history.</p>
${tableOf(mismatches)}
${omitted > 0 ? `<p>${omitted} more are open as findings.</p>` : ''}
${odd ? `<p>Begun, or begun once more, by somebody without the workers' payload key: ${odd.map(escaped).join(', ')}</p>` : ''}
${changes ? changesSection(changes) : ''}
</body></html>
`;
}

const tableOf = (mismatches: readonly Mismatch[]) => `<table>
<thead><tr>${COLUMNS.map((name) => `<th>${name}</th>`).join('')}</tr></thead>
<tbody>
${mismatches
  .map(
    (mismatch) =>
      `<tr>${COLUMNS.map((name) => `<td>${escaped(mismatch[name] ?? '')}</td>`).join('')}</tr>`,
  )
  .join('\n')}
</tbody></table>`;

/** What is otherwise than in the report before. */
function changesSection({ since, appeared, gone, isPartial }: ReconciliationChanges): string {
  return `<h2>Since it was reconciled before, until ${escaped(since)}</h2>
${isPartial ? '<p>Of what is listed: there is more than that.</p>' : ''}
<p>${appeared.length} new</p>
${tableOf(appeared)}
<p>${gone.length} gone</p>
${tableOf(gone)}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) =>
  text.slice(0, LONGEST).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

/**
 * The parts of `docs/journeys.md` and `docs/protocol.md` that follow from the contract, as Markdown.
 *
 * @module
 */
import { durationSchema } from '../../contract/duration.js';
import { type JourneyContract, journeys } from '../../contract/journeys.js';
import type { UpdateMessage } from '../../contract/message.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import { schemaOf, sentTo } from './schemas.js';

interface Property {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly anyOf?: readonly Property[];
  readonly properties?: Record<string, Property>;
  readonly items?: Property;
  readonly required?: readonly string[];
}

const DURATION = (schemaOf(durationSchema) as Property).pattern;
/** Of a pattern that says more than it hides. */
const LONGEST = 40;

export const code = (text: string) => `\`${text}\``;
export const listed = (names: readonly string[]) => names.map(code).join(', ');

/** What stands between the markers of the name. */
export const generatedParts = (): Record<string, string> => ({
  journeys: overview(),
  starts: starts(),
  details: Object.entries(journeys)
    .filter(([, { input }]) => input)
    .map(([type, journey]) => detailsOf(type, journey))
    .join('\n\n'),
});

function overview(): string {
  const rows = Object.entries(journeys)
    .filter(([, { status }]) => status)
    .map(([type, { workflowId, first, updates = [], signals = [], outcomes = [] }]) => {
      const named = [...(first ? [first] : []), ...updates].filter(
        ({ name }) => name !== 'resolve',
      );
      return [
        code(type),
        code(workflowId),
        listed(named.map(({ name }) => name)),
        listed(signals.map(({ name }) => name)),
        listed(outcomes),
      ];
    });
  return table(['workflow type', 'workflow ID', 'updates', 'signals', 'ends as'], rows);
}

/** How each is started by a backend. */
function starts(): string {
  const rows = Object.entries(journeys)
    .filter(([, { found }]) => found)
    .map(([type, { workflowId, first, found }]) => [
      code(type),
      code(workflowId),
      first ? code(first.name) : '',
      code(found?.status ?? ''),
      found?.customerId ? code(found.customerId) : '',
      found?.partnerReferenceNo ? code(found.partnerReferenceNo) : '',
    ]);
  const attributes = Object.values(searchAttributes).map(({ name }) => code(name));
  return table(['workflow type', 'workflow ID', 'started by', ...attributes], rows);
}

function detailsOf(type: string, journey: JourneyContract): string {
  const { input, first, updates = [], status, outcomes = [] } = journey;
  const statuses = (schemaIn(status?.result).properties?.status?.enum ?? []).map(String);
  return [
    `### ${code(type)}`,
    fieldsOf(schemaIn(input)),
    ...(statuses.length > 0
      ? [
          `Stands at ${listed(statuses.filter((one) => !outcomes.includes(one)))}; ends as ${listed(outcomes)}.`,
        ]
      : []),
    ...(updates.length > 0 ? [updatesOf([...(first ? [first] : []), ...updates])] : []),
  ].join('\n\n');
}

const schemaIn = (schema: JourneyContract['input']): Property =>
  schema ? (schemaOf(schema) as Property) : {};

function fieldsOf({ properties = {}, required = [] }: Property): string {
  const rows = Object.entries(properties).map(([name, property]) => [
    code(name),
    required.includes(name) ? 'yes' : otherwise(property),
    formOf(property),
  ]);
  return table(['input', 'needed', 'form'], rows);
}

const otherwise = ({ default: value }: Property) =>
  value === undefined ? 'no' : `no: ${code(String(value))}`;

/** Short enough for a cell: the schema says the rest. */
function formOf(property: Property): string {
  const { anyOf, type, const: only, enum: values, format, pattern, properties, items } = property;
  const given = anyOf?.find((one) => one.type !== 'null');
  if (given) return formOf(given);
  if (only !== undefined) return code(JSON.stringify(only));
  if (values) return listed(values.map(String));
  if (properties)
    return `{ ${Object.entries(properties)
      .map(([name, inner]) => `${name}: ${formOf(inner)}`)
      .join(', ')} }`;
  if (items) return `list of ${formOf(items)}`;
  if (pattern === DURATION) return 'duration, such as `30 minutes`';
  if (format) return format;
  if (pattern && pattern.length <= LONGEST) return code(pattern.replaceAll('|', '\\|'));
  return [type]
    .flat()
    .filter((one) => one !== 'null')
    .join(' or ');
}

function updatesOf(updates: readonly UpdateMessage[]): string {
  const rows = updates.map((update) => {
    const { name, result, errors = [] } = update;
    return [
      code(name),
      argumentOf(update),
      result ? 'yes' : 'no',
      listed(errors.map(({ type }) => type)),
    ];
  });
  return table(['update', 'argument', 'answers', 'errors'], rows);
}

const argumentOf = (update: UpdateMessage): string => {
  const sent = schemaIn(sentTo(update));
  return (sent.anyOf ?? [sent]).map(formOf).join(' or ');
};

/** A table of Markdown. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

import type { FastifyInstance } from 'fastify';
import { PROBLEMS, type ProblemKind } from './table.js';

const COLUMNS = ['error', 'status', 'what it is', 'what to do', 'again'];

/** `/problems`: the table of all errors, to which the `type` of each leads. */
export function addProblemsPage(server: FastifyInstance): void {
  const rows = Object.entries<ProblemKind>(PROBLEMS).map(([name, kind]) => rowOf(name, kind));
  const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Errors of the doku-journeys gateway</title>
<style>body{font:15px system-ui;margin:2rem}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.3rem .6rem;text-align:left;vertical-align:top}tr:target{background:#ffe9a8}</style></head>
<body>
<h1>Errors</h1>
<table>
<thead><tr>${COLUMNS.map((name) => `<th>${name}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table>
</body></html>
`;
  server.get('/problems', { config: { isOpen: true }, schema: { hide: true } }, (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(page),
  );
}

const rowOf = (name: string, { status, title, whatToDo, retryAfter }: ProblemKind) =>
  `<tr id="${name}"><td><code>${name}</code></td><td>${status}</td><td>${written(title)}</td><td>${written(whatToDo)}</td><td>${retryAfter === undefined ? 'no' : `after ${retryAfter} s`}</td></tr>`;

/** Names between backticks are code. */
const written = (text: string) =>
  text
    .replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/`([^`]+)`/g, '<code>$1</code>');

import { type Html, html } from './html.js';
import { type Language, type Words, wordsIn } from './words.js';

const STYLE = html`
:root { color-scheme: light; --brand: #e1251b; --ink: #1c1c28; --soft: #6b6b7b; --line: #e4e4ec; }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f4f4f8; color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; padding: 16px; }
main { width: 100%; max-width: 400px; background: #fff; border-radius: 16px; padding: 24px;
  box-shadow: 0 8px 32px rgb(28 28 40 / 10%); }
.brand { color: var(--brand); font-weight: 700; margin: 0 0 16px; }
h1 { font-size: 1.35rem; margin: 0 0 8px; } h2 { font-size: 1rem; margin: 0 0 8px; }
p { margin: 0 0 16px; color: var(--soft); }
dl { margin: 0 0 16px; border-block: 1px solid var(--line); padding: 8px 0; }
dl div { display: flex; justify-content: space-between; gap: 16px; padding: 4px 0; }
dt { color: var(--soft); } dd { margin: 0; font-weight: 600; text-align: right; overflow-wrap: anywhere; }
label { display: block; font-weight: 600; margin-bottom: 4px; }
input { width: 100%; font: inherit; font-size: 1.4rem; letter-spacing: .4em; text-align: center; padding: 10px;
  border: 1px solid #a3a3b3; border-radius: 10px; margin-bottom: 16px; }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid #3b6cf6; outline-offset: 2px; }
button, .button { display: block; width: 100%; font: inherit; font-weight: 600; text-align: center; padding: 12px; border: 0;
  border-radius: 10px; background: var(--brand); color: #fff; cursor: pointer; text-decoration: none; }
button.quiet { background: none; color: var(--soft); margin-top: 8px; }
.alert { background: #fdecea; color: #8c1d18; border-radius: 10px; padding: 10px 14px; margin-bottom: 16px; }
footer { margin-top: 16px; text-align: center; font-size: .85rem; } footer a { color: var(--soft); }
`;

/** What a page's frame may have of its own. */
export interface Frame {
  /** Whose page it is. Default: DOKU's. */
  readonly brand?: string;
  /** What its address has behind the question mark, for it in the other language. */
  readonly query?: URLSearchParams;
}

/** The frame that all pages share. */
export function page(language: Language, title: string, content: Html, frame: Frame = {}): string {
  const words = wordsIn(language);
  const { brand = words.brand } = frame;
  const other = language === 'id' ? 'en' : 'id';
  const query = new URLSearchParams([...(frame.query ?? []), ['lang', other]]);
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${brand}</title>
<style>${STYLE}</style>
</head>
<body><main>
<p class="brand">${brand}</p>
<h1>${title}</h1>
${content}
<footer><a href="?${query.toString()}" hreflang="${other}">${other === 'id' ? 'Bahasa Indonesia' : 'English'}</a></footer>
</main></body>
</html>`.text;
}

export const alert = (message: string | undefined): Html =>
  message === undefined ? html`` : html`<div class="alert" role="alert">${message}</div>`;

export function pinField(name: string, label: string): Html {
  return html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="password" inputmode="numeric" autocomplete="off" pattern="[0-9]{6}" maxlength="6" required>`;
}

/** The end of the way, with a link back to the merchant where there is one. */
export function ended(words: Words, message: string, back: string | undefined): Html {
  const link =
    back === undefined ? html`` : html`<a class="button" href="${back}">${words.continue}</a>`;
  return html`<p role="status">${message}</p>${link}`;
}

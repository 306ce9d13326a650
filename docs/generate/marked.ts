/** A part of a page that is generated, between `<!-- generated: NAME -->` and `<!-- end -->`. */
const PART = /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** @throws RangeError for a marker whose part nobody makes. */
export const withParts = (page: string, parts: Readonly<Record<string, string>>): string =>
  page.replace(PART, (_, begin: string, name: string, end: string) => {
    const part = parts[name];
    if (part === undefined) throw new RangeError(`nobody makes the part ${name}`);
    return `${begin}\n${part}\n\n${end}`;
  });

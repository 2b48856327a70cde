/** Reads a `_headers` file as static hosts do: a path pattern, then indented headers; `! Name` detaches one. */

interface Rule {
  readonly prefix: string;
  readonly whole: boolean;
  readonly set: readonly (readonly [string, string])[];
  readonly detach: readonly string[];
}

export type HeaderRules = (path: string) => Headers;

export function parseHeaderRules(text: string): HeaderRules {
  const rules: { prefix: string; whole: boolean; set: [string, string][]; detach: string[] }[] = [];
  for (const line of text.split('\n')) {
    if (/^\S/.test(line))
      rules.push({ prefix: line.replace(/\*$/, ''), whole: !line.endsWith('*'), set: [], detach: [] });
    else readHeader(line.trim(), rules.at(-1));
  }
  return (path) => headersFor(path, rules);
}

function readHeader(line: string, rule: { set: [string, string][]; detach: string[] } | undefined) {
  if (!line || !rule) return;
  if (line.startsWith('! ')) return rule.detach.push(line.slice(2));
  const colon = line.indexOf(':');
  rule.set.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
}

function headersFor(path: string, rules: readonly Rule[]): Headers {
  const headers = new Headers();
  for (const rule of rules) {
    if (rule.whole ? path !== rule.prefix : !path.startsWith(rule.prefix)) continue;
    for (const name of rule.detach) headers.delete(name);
    for (const [name, value] of rule.set) headers.set(name, value);
  }
  return headers;
}

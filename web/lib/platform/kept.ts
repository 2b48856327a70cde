/** Small choices kept in this browser. Where it keeps nothing for this site, they last as long as the page. */

const ofThisPage = new Map<string, string>();

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return ofThisPage.get(name) ?? null;
  }
}

export function keep(name: string, text: string): void {
  try {
    localStorage.setItem(name, text);
  } catch {
    ofThisPage.set(name, text);
  }
}

/** One measured figure: a line of JSON, ours beside a peer's where there is one. */
export interface Figure {
  readonly bench: string;
  readonly ours: number;
  readonly peer: string | null;
  readonly theirs: number | null;
  readonly unit: string;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

export function report({ bench, ours, peer, theirs, unit }: Figure): void {
  const ratio = theirs === null || theirs === 0 ? null : Number((ours / theirs).toFixed(3));
  const their = theirs === null ? null : rounded(theirs);
  console.log(JSON.stringify({ bench, ours: rounded(ours), peer, theirs: their, ratio, unit }));
}

/** What a person may want to see meanwhile; kept apart from the figures. */
export const note = (text: string): void => console.error(`  ${text}`);

/** The smallest value that `share` of the values do not exceed; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Facts come from the engine as they are stored; dates and sizes are put as people read them. */
import { formatBytes, formatDateTime } from './format.ts';

const isoTime = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const byteCount = /^(\d+) bytes$/;

export function readableFact(value: string): string {
  if (isoTime.test(value)) return formatDateTime(value) || value;
  const bytes = byteCount.exec(value)?.[1];
  return bytes === undefined ? value : formatBytes(Number(bytes));
}

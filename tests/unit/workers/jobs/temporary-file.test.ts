import { describe, expect, it } from 'vitest';
import { memoryFiles, spillingFiles, type TemporaryFiles } from '../../../../workers/jobs/temporary-file.ts';
import { utf8 } from '../../../../workers/kernel/bytes.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err } from '../../../../workers/kernel/result.ts';

async function put(files: TemporaryFiles, ...texts: string[]): Promise<string> {
  const file = await files.create();
  if (!file.ok) throw new Error(file.error.code);
  for (const text of texts) expect(await file.value.write(utf8(text))).toEqual({ ok: true });
  const blob = await file.value.finish('application/octet-stream');
  return blob.ok ? blob.value.text() : blob.error.code;
}

function counted(files: TemporaryFiles) {
  const seen = { created: 0 };
  return { seen, files: { create: () => ((seen.created += 1), files.create()) } };
}

describe('spillingFiles', () => {
  it('keeps a small download in memory', async () => {
    const { seen, files } = counted(memoryFiles());
    expect(await put(spillingFiles(files, 10), '12345', '67890')).toBe('1234567890');
    expect(seen.created).toBe(0);
  });

  it('moves a large one to disk, in order', async () => {
    const { seen, files } = counted(memoryFiles());
    expect(await put(spillingFiles(files, 10), '12345', '67890', 'abc', 'def')).toBe('1234567890abcdef');
    expect(seen.created).toBe(1);
  });

  it('stays in memory where there is no disk', async () => {
    const none: TemporaryFiles = { create: async () => err(failure('storage/unavailable', 'no OPFS')) };
    expect(await put(spillingFiles(none, 4), '12345', '67890')).toBe('1234567890');
  });
});

import { describe, expect, it } from 'vitest';
import { createAllowance } from '../../../../workers/kernel/limit.ts';

/** Work that goes on until it is ended. */
function work(log: string[], name: string) {
  let end = (_broken?: Error): void => undefined;
  const ended = new Promise<string>((resolve, reject) => {
    end = (broken) => (broken ? reject(broken) : resolve(name));
  });
  const run = () => {
    log.push(name);
    return ended;
  };
  return { run, end };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('an allowance', () => {
  it('holds no more than it has, and lets in by order of arrival', async () => {
    const hold = createAllowance(10);
    const log: string[] = [];
    const [a, b, c, d] = [work(log, 'a'), work(log, 'b'), work(log, 'c'), work(log, 'd')];
    const done = [hold(6, a.run), hold(4, b.run), hold(7, c.run), hold(1, d.run)];
    b.end();
    expect(await done[1]).toBe('b');
    await settled();
    expect(log).toEqual(['a', 'b']);
    a.end();
    await done[0];
    await settled();
    expect(log).toEqual(['a', 'b', 'c', 'd']);
    c.end();
    d.end();
    await Promise.all(done);
  });

  it('lets in alone what is larger than all of it', async () => {
    const hold = createAllowance(10);
    const log: string[] = [];
    const [large, small] = [work(log, 'large'), work(log, 'small')];
    const done = [hold(500, large.run), hold(1, small.run)];
    await settled();
    expect(log).toEqual(['large']);
    large.end();
    await done[0];
    await settled();
    expect(log).toEqual(['large', 'small']);
    small.end();
    await done[1];
  });

  it('gives back what was held by work that throws', async () => {
    const hold = createAllowance(10);
    const broken = work([], 'broken');
    const held = hold(10, broken.run);
    const next = hold(10, async () => 'next');
    broken.end(new Error('a bug'));
    await expect(held).rejects.toThrow('a bug');
    expect(await next).toBe('next');
  });
});

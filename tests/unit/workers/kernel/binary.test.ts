import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../../../workers/kernel/binary.ts';

describe('binary layouts', () => {
  it('are read as they were written, big-endian', () => {
    const { bytes } = new BinaryWriter(18)
      .u8(1)
      .u16(0x0203)
      .u32(0x04050607)
      .u64(2 ** 40)
      .put(Uint8Array.of(9, 8, 7));
    expect([...bytes]).toEqual([1, 2, 3, 4, 5, 6, 7, 0, 0, 1, 0, 0, 0, 0, 0, 9, 8, 7]);
    const reader = new BinaryReader(bytes);
    expect([reader.u8(), reader.u16(), reader.u32(), reader.u64()]).toEqual([1, 0x0203, 0x04050607, 2 ** 40]);
    expect(reader.complete).toBe(false);
    expect([...reader.take(3)]).toEqual([9, 8, 7]);
    expect(reader.complete).toBe(true);
  });

  it('give zeros behind the end and say so, for good', () => {
    const reader = new BinaryReader(Uint8Array.of(1, 2, 3));
    expect(reader.u16()).toBe(0x0102);
    expect(reader.u32()).toBe(0);
    expect(reader.overrun).toBe(true);
    expect(reader.u8()).toBe(0);
    expect(reader.take(1)).toHaveLength(0);
    expect(reader.complete).toBe(false);
  });

  it('take no copy request that is larger than what is there', () => {
    const reader = new BinaryReader(new Uint8Array(4));
    expect(reader.take(2 ** 40)).toHaveLength(0);
    expect(reader.overrun).toBe(true);
  });

  it('refuse whole numbers that JavaScript cannot hold', () => {
    const reader = new BinaryReader(new Uint8Array(8).fill(255));
    expect(reader.u64()).toBe(0);
    expect(reader.overrun).toBe(true);
  });
});

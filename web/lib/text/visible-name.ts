/**
 * Names that say what they are. Bidirectional controls let `…gnp.exe` look like `…exe.png`, so they are left out where
 * a name is shown, as they are where it is saved (workers/jobs/safe-name.ts).
 */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export const visibleName = (name: string): string => name.replace(turning, '');

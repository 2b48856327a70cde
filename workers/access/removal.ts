/** What the steps of a removal share. */
import type { ConnectionKind } from '../contract/connections.ts';
import type { DisconnectProgress, DisconnectStep } from '../contract/disconnect.ts';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AccessStore } from './access-store.ts';
import type { AppTokens } from './app-token.ts';
import { untilReplicated } from './patience.ts';

export interface AppToRemove {
  readonly tenantId: string;
  readonly clientId: string;
  /** An operator's app is registered elsewhere: of it, only its service principal and rights are in this tenant. */
  readonly kind: ConnectionKind;
}

/** How much there was when the removal was begun, and what has been seen since: survives a killed browser. */
export type RemovalFacts = Readonly<Record<string, string | number>>;

export interface RemovalDeps {
  /** With the delegated token of whoever signed in to this tenant. */
  readonly graph: GraphClient;
  readonly signedIn: DelegatedToken;
  readonly store: AccessStore;
  readonly clock: Clock;
  /** This device's own way to tokens of the app, which has to be refused in the end; null without a relay. */
  readonly appTokens: AppTokens | null;
  readonly report: (progress: DisconnectProgress) => void;
  /** Of this try and of earlier ones that were cut short. */
  readonly facts: () => RemovalFacts;
  /** Keeps what is known before the step changes anything. */
  readonly reach: (step: DisconnectStep, facts?: RemovalFacts) => Promise<Result<void>>;
}

/** A removal, too, takes a while to be seen everywhere: looks again while something is `left`, and tells that it waits. */
export function untilGone<T>(
  { clock, report }: Pick<RemovalDeps, 'clock' | 'report'>,
  step: DisconnectStep,
  look: () => Promise<Result<T | 'left'>>,
): Promise<Result<T>> {
  const waiting = (elapsed: number) => {
    const note = `Waiting until it is gone everywhere (${Math.round(elapsed / 1000)} s)`;
    report({ step, state: 'waiting', note });
  };
  return untilReplicated(
    async () => {
      const seen = await look();
      if (!seen.ok) return seen;
      return seen.value === 'left' ? err(stillThere(step)) : ok(seen.value);
    },
    mayPass,
    { clock, waiting },
  );
}

const stillThere = (step: DisconnectStep): Failure =>
  failure('graph/conflict', `${step}: still there after the removal`, { retry: 'later' });

const mayPass = ({ code, retry }: Failure): boolean =>
  code === 'graph/conflict' || (retry === 'later' && code.startsWith('relay/'));

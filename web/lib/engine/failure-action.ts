/** What words a failure has for people, and which next steps a screen may offer. */

/** What a screen may offer; each screen wires those it can do. */
export type FailureAction =
  | 'sign-in'
  | 'redirect-sign-in'
  | 'retry'
  | 'unlock'
  | 'choose-folder'
  | 'free-space'
  | 'open-settings'
  | 'set-up'
  | 'connect'
  | 'check'
  | 'restart';

export interface FailureCopy {
  readonly title: string;
  /** What it means and what to do next, in one or two sentences. */
  readonly advice: string;
  readonly severity: 'info' | 'warning' | 'error';
  /** One next step, or several in their order. */
  readonly action?: FailureAction | readonly FailureAction[];
}

export const actionLabels: Record<FailureAction, string> = {
  'sign-in': 'Sign in',
  'redirect-sign-in': 'Sign in on this page instead',
  retry: 'Try again',
  unlock: 'Unlock',
  'choose-folder': 'Choose the folder again',
  'free-space': 'See storage',
  'open-settings': 'Open settings',
  'set-up': 'Set up',
  connect: 'Connect this device',
  check: 'Run the check',
  restart: 'Reload Holdfast',
};

import { describe, expect, it } from 'vitest';
import { failureOfAnswer } from '../../../../workers/graph/errors.ts';

const body = (code: string, message = '', inner?: object) =>
  JSON.stringify({ error: { code, message, innerError: inner } });
const codeFor = (status: number, text: string) => failureOfAnswer({ status, body: text }).code;

describe('an error answer', () => {
  it.each([
    [404, body('MailboxNotEnabledForRESTAPI'), 'graph/no-mailbox'],
    [404, body('ErrorItemNotFound'), 'graph/not-found'],
    [403, body('Authorization_RequestDenied'), 'graph/forbidden'],
    [410, body('syncStateNotFound'), 'graph/resync-required'],
    [400, body('SyncStateInvalid'), 'graph/resync-required'],
    [500, body('ErrorCorruptData'), 'graph/corrupt-item'],
    [429, body('anythingNew'), 'graph/throttled'],
    [400, body('anythingNew'), 'graph/bad-request'],
    [400, body('constructor'), 'graph/bad-request'],
    [404, body('__proto__'), 'graph/not-found'],
    [500, '', 'graph/unavailable'],
    [423, '', 'graph/locked'],
    [509, 'Bandwidth Limit Exceeded', 'graph/throttled'],
    [507, body('quotaLimitReached'), 'graph/quota-exceeded'],
  ])('%i %s means %s', (status, text, code) => {
    expect(codeFor(status, text)).toBe(code);
  });

  it('is read from the inside: the most specific known code decides', () => {
    expect(codeFor(410, body('resyncRequired', '', { code: 'resyncChangesApplyDifferences' }))).toBe(
      'graph/resync-required',
    );
    expect(codeFor(403, body('accessDenied', '', { code: 'malwareDetected' }))).toBe('graph/malware');
    expect(codeFor(409, body('nameAlreadyExists', '', { code: 'neverHeardOf' }))).toBe('graph/conflict');
  });

  it('is told by its text only for a OneDrive that is not there', () => {
    expect(codeFor(404, body('ResourceNotFound', "User's mysite not found."))).toBe('graph/no-drive');
    expect(codeFor(400, body('BadRequest', 'Tenant does not have a SPO license.'))).toBe('graph/no-drive');
    expect(codeFor(400, body('BadRequest', 'malwareDetected'))).toBe('graph/bad-request');
  });

  it('keeps ids and codes and leaves texts behind', () => {
    const failed = failureOfAnswer({
      status: 403,
      body: body('ErrorAccessDenied', 'secret subject of a mail'),
      requestId: '1f2e',
      retryAfterMs: 5,
    });
    expect(failed).toEqual({
      code: 'graph/forbidden',
      retry: 'after-user',
      detail: '403 ErrorAccessDenied: Exchange refuses: a role is missing or a policy excludes this mailbox',
      facts: { status: 403, graphCode: 'ErrorAccessDenied', requestId: '1f2e' },
      retryAfterMs: 5,
    });
  });

  it('may be anything at all', () => {
    const texts = [
      'null',
      '[]',
      '{"error":null}',
      '{"error":{"code":5}}',
      '{"error":{"code":"<script>"}}',
      '{',
      '\u0000',
    ];
    const deep = `${'{"error":{"code":"a","innerError":'.repeat(1)}${'{"innerError":'.repeat(2000)}{}${'}'.repeat(2002)}`;
    for (const text of [...texts, deep, '{"__proto__":{"error":{"code":"ErrorItemNotFound"}}}']) {
      expect(codeFor(418, text)).toBe('graph/bad-request');
    }
  });
});

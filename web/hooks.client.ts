/** The last resort: what nobody caught becomes a `defect/unexpected` on the error page. */
import type { HandleClientError } from '@sveltejs/kit';
import { defect } from '#workers/kernel/failure.ts';

export const handleError: HandleClientError = ({ error, status, message }) =>
  status === 404 ? { message } : { message, failure: defect(error) };

import { timingSafeEqual } from 'node:crypto';
import type { Actor } from '../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../platform/web/index.ts';

/** How the installation does: whoever runs it, and whoever answers for its information. It shows no people. */
export function maySeeOperation(by: Actor): Permission {
  return by.role === 'operator' || by.role === 'ig_lead'
    ? allow('answers for the running of the product')
    : deny('This page is for those who run the product and answer for it.');
}

/** Having a job tried again that was given up: what it does was decided when it was sent. */
export function mayRetryJobs(by: Actor): Permission {
  return maySeeOperation(by);
}

/**
 * Who reads the metrics without signing in: with a token set, whoever brings it as `Authorization: Bearer`; without,
 * whoever asks from this machine and was not passed on by a proxy.
 */
export function mayReadMetrics(
  request: { readonly ip: string; readonly headers: Readonly<Record<string, unknown>> },
  token: string | undefined,
): boolean {
  if (token !== undefined) return isSame(String(request.headers.authorization ?? ''), `Bearer ${token}`);
  const passedOn = ['forwarded', 'x-forwarded-for', 'x-real-ip'].some((name) => name in request.headers);
  return !passedOn && ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip);
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

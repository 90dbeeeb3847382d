import type { FastifyInstance } from 'fastify';
import type { WebSettings } from './web.ts';

const DAYS_VALID = 180;

/**
 * Where somebody who has found a fault of this installation can tell who runs it (RFC 9116). There is one only where the
 * installation has said where: a wrong address is worse than none.
 */
export function securityTxtRoute(
  fastify: FastifyInstance,
  { securityContact, publicUrl, clock }: WebSettings,
): void {
  if (securityContact === undefined) return;
  const access = { everybody: 'says where to tell us of a fault, to whoever finds one' };
  fastify.get('/.well-known/security.txt', { config: { access } }, async (_request, reply) => {
    const expires = new Date(clock().getTime() + DAYS_VALID * 86_400_000);
    const lines = [
      `Contact: ${securityContact}`,
      `Expires: ${expires.toISOString().replace(/\.\d+Z$/, 'Z')}`,
      'Preferred-Languages: en',
      `Canonical: ${new URL('/.well-known/security.txt', publicUrl).href}`,
    ];
    return await reply.type('text/plain; charset=utf-8').send(`${lines.join('\n')}\n`);
  });
}

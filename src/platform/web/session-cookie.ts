import type { WebSettings } from './web.ts';

/** The name of the session's cookie. Over https browsers accept the prefix only from us, for all paths, secure. */
export function sessionCookie(settings: WebSettings): string {
  return settings.publicUrl.protocol === 'https:' ? '__Host-neighbourhold' : 'neighbourhold';
}

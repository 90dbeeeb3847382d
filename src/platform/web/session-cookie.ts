import type { WebSettings } from './web.ts';

/** The name of the session's cookie. Over https browsers accept the prefix only from us, for all paths, secure. */
export function sessionCookie(settings: WebSettings): string {
  return settings.publicUrl.protocol === 'https:' ? '__Host-neighbourhold' : 'neighbourhold';
}

/** The name of the cookie in which a browser keeps the state of the sign-in that it has begun. */
export function signInCookie(settings: WebSettings): string {
  return `${sessionCookie(settings)}-sign-in`;
}

/** How cookies are set: out of reach of scripts and of other sites' forms. */
export function cookieOptions(settings: WebSettings, seconds: number) {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: settings.publicUrl.protocol === 'https:',
    maxAge: seconds,
  } as const;
}

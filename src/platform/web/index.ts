export * from './components/index.ts';
export { toCsv } from './csv.ts';
export { rowNumber } from './row-number.ts';
export { openWeb, parseForm } from './server.ts';
export type { PersonaChoice } from './sign-in-page.tsx';
export { nothingTyped, Refused, statusOf, type Typed } from './typed.tsx';
export { type Answer, allow, deny, type Permission, type Visit, type Web, type WebSettings } from './web.ts';
export { zip } from './zip.ts';

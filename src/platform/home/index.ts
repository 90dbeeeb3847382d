export { type Home, openHome, reachableByOthers } from './home.ts';

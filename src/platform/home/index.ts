export { type Home, openHome, reachableByOthers, sweepWork } from './home.ts';

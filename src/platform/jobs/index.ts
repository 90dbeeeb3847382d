export { type Jobs, openJobs, prepareJobs } from './jobs.ts';

export { type Jobs, openJobs, prepareJobs, unfinishedJobs } from './jobs.ts';

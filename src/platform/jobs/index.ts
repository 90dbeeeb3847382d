export { cancelEveryJob, type Jobs, openJobs, prepareJobs } from './jobs.ts';

export { cancelEveryJob, type FailedJob, type Jobs, openJobs, prepareJobs, type QueueState } from './jobs.ts';

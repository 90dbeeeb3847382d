export {
  cancelEveryJob,
  type FailedJob,
  type Jobs,
  openJobs,
  prepareJobs,
  type QueueState,
  unfinishedJobs,
} from './jobs.ts';

export { type Figures, type Metrics, openMetrics } from './metrics.ts';

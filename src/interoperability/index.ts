export { openDeliveries } from './deliveries/open-deliveries.ts';
export { openTabularFile, type TabularFile } from './tabular/tabular-file.ts';

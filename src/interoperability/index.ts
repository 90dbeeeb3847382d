export { openDeliveries } from './deliveries/open-deliveries.ts';

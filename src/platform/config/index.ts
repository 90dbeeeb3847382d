export { type Config, type OidcConfig, readConfig } from './config.ts';

export { ContentError, contentFiles, parseContent, readContent } from './read-content.ts';

export { type ContentPath, contentText, EditableContent } from './edit-content.ts';
export { descriptionFields, provenanceFields, statusSchema } from './provenance.ts';
export { ContentError, contentFiles, parseContent, readContent } from './read-content.ts';

export {
  type Cell,
  type Duck,
  type DuckSettings,
  fileList,
  identifier,
  literal,
  openDuck,
  type Row,
} from './duck.ts';
export { type LakeReader, openLakeReader } from './lake-reader.ts';

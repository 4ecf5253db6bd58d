export { FolderError, writeFolder } from './folder.ts'
export { type Format, formats } from './formats.ts'
export type { ExportOptions, ItemRecord, Writer } from './record.ts'

export { readArchive } from './archive.ts'
export {
  type ArchiveEntry,
  ArchiveError,
  type ArchiveErrorCode,
  defaultLimits,
  type Limits,
  type Page,
  type Refusal,
  type Refused,
} from './entry.ts'
export { readFile, readFolder } from './folder.ts'
export { readPath } from './path.ts'

export { type Embedded, type EmbeddedOptions, openEmbedded } from '#db/embedded/embedded.ts'
export { DataFolderInUse, EmbeddedError, type EmbeddedErrorCode } from '#db/embedded/errors.ts'
export { eraseEmbedded, findRunning, type Running } from '#db/embedded/running.ts'

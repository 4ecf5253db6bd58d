export { type OpenedThread, removeThread, type SubjectRef } from '#modules/threads/opening.ts'
export { type ShownThread, threadOf } from '#modules/threads/shown.ts'
export { ThreadSection } from '#modules/threads/views/thread-section.tsx'

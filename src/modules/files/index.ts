export { keepFiles, type ListedFile, openFiles, searchFiles } from '#modules/files/files.ts'
export { mostFiles, receiveAttachment } from '#modules/files/receiving.ts'

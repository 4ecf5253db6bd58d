import type { Module } from '#http/module.ts'
import { filesApi } from '#modules/files/api.ts'
import {
  postFiles,
  postRemoval,
  showFile,
  showFiles,
  showPreview,
  showRemoval,
} from '#modules/files/pages.ts'
import { openPage } from '#modules/network/index.ts'

/** What people of a network keep together: pictures, documents, tables. */
export const files: Module = {
  name: 'files',
  pages(app) {
    openPage(app, 'files', { GET: showFiles, POST: postFiles })
    openPage(app, 'file', { GET: showFile })
    openPage(app, 'filePreview', { GET: showPreview })
    openPage(app, 'fileRemoval', { GET: showRemoval, POST: postRemoval })
  },
  api: filesApi,
}

import type { Module } from '#http/module.ts'
import { commonsApi } from '#modules/commons/api.ts'
import { openCollectionPages } from '#modules/commons/collections/pages.ts'
import { commonsCommands } from '#modules/commons/commands.ts'
import { openConsentPages } from '#modules/commons/consents/consent-pages.ts'
import { consentsJob } from '#modules/commons/consents/expiry-job.ts'
import { openDiscussionPages } from '#modules/commons/discussion/discussion-pages.ts'
import { examineCommons } from '#modules/commons/examination.ts'
import { familiesJob } from '#modules/commons/families/families-job.ts'
import { openFamilyPages } from '#modules/commons/families/pages.ts'
import { followingJob } from '#modules/commons/following/following-job.ts'
import { openFollowingPages } from '#modules/commons/following/pages.ts'
import { openHistoryPages } from '#modules/commons/history/history-pages.ts'
import { importJob } from '#modules/commons/importing/import-job.ts'
import { postImports, showImport, showImports } from '#modules/commons/importing/import-pages.ts'
import { openLicencePages } from '#modules/commons/licences/licence-pages.ts'
import { openLinkPages } from '#modules/commons/links/pages.ts'
import {
  showExport,
  showItem,
  showList,
  showMap,
  showPlaces,
  showSource,
  showVersion,
  showVersions,
} from '#modules/commons/pages.ts'
import { personalData } from '#modules/commons/personal-data.ts'
import { openPublicationPages } from '#modules/commons/publication/pages.ts'
import { homeSection, personSection } from '#modules/commons/sections.ts'
import { openSensemakingPages } from '#modules/commons/sensemaking/pages.ts'
import { openTemplatePages } from '#modules/commons/templates/template-pages.ts'
import { openTranslationPages } from '#modules/commons/translations/pages.ts'
import { commonsWaiting } from '#modules/commons/waiting.ts'
import { openErasurePages } from '#modules/commons/writing/erasure-pages.ts'
import { stepsJob } from '#modules/commons/writing/steps-job.ts'
import { openWritingPages } from '#modules/commons/writing/writing-pages.ts'
import { openPage } from '#modules/network/index.ts'

export const commons: Module = {
  name: 'commons',
  pages(app) {
    // Before the version of an item: 'comparison' is no number of one.
    openHistoryPages(app)
    openDiscussionPages(app)
    openPage(app, 'commons', { GET: showList })
    openPage(app, 'commonsMap', { GET: showMap })
    openPage(app, 'commonsExport', { GET: showExport })
    openPage(app, 'commonsPlaces', { GET: showPlaces })
    openPage(app, 'commonsImports', { GET: showImports, POST: postImports })
    openPage(app, 'commonsImport', { GET: showImport })
    openPage(app, 'item', { GET: showItem })
    openPage(app, 'itemSource', { GET: showSource })
    openPage(app, 'itemVersions', { GET: showVersions })
    openPage(app, 'itemVersion', { GET: showVersion })
    openWritingPages(app)
    openConsentPages(app)
    openLicencePages(app)
    openErasurePages(app)
    openFamilyPages(app)
    openTranslationPages(app)
    openPublicationPages(app)
    openCollectionPages(app)
    openLinkPages(app)
    openFollowingPages(app)
    openTemplatePages(app)
    openSensemakingPages(app)
  },
  api: commonsApi,
  sections: { home: [homeSection], person: [personSection] },
  waiting: commonsWaiting,
  personalData,
  commands: commonsCommands,
  jobs: context => [
    importJob(context),
    familiesJob(context),
    followingJob(context),
    consentsJob(context),
    stepsJob(context),
  ],
  examine: examineCommons,
  async demo(context) {
    const { bringDemonstration } = await import('#modules/commons/demonstration.ts')
    await bringDemonstration(context)
  },
}

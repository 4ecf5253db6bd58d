import type { Module } from '#http/module.ts'
import { affiliationsApi } from '#modules/network/affiliations/api.ts'
import { affiliationCommands } from '#modules/network/affiliations/commands.ts'
import { bringAffiliations } from '#modules/network/affiliations/demonstration.ts'
import { openAffiliationPages } from '#modules/network/affiliations/pages.ts'
import { networkApi } from '#modules/network/api.ts'
import { networkCommands } from '#modules/network/commands.ts'
import { openPage } from '#modules/network/door.ts'
import {
  newInvitation,
  postAcceptance,
  postInvitationAccount,
  postInvitationRevocation,
  postInvitationSending,
  postInvitations,
  showInvitation,
  showInvitations,
} from '#modules/network/invitation-pages.ts'
import {
  postJoin,
  postJoinAcceptance,
  postJoinRefusal,
  showJoin,
  showJoinRequest,
  showJoinRequests,
} from '#modules/network/joining-pages.ts'
import {
  newMandate,
  postMandate,
  postMandateChange,
  postMandateEnd,
  postMandateRemoval,
  showMandate,
} from '#modules/network/mandate-pages.ts'
import { organisationImportApi } from '#modules/network/organisation-import/api.ts'
import { organisationImportCommand } from '#modules/network/organisation-import/command.ts'
import { importsOfAccount } from '#modules/network/organisation-import/imports.ts'
import { organisationImportJob } from '#modules/network/organisation-import/job.ts'
import { openOrganisationImportPages } from '#modules/network/organisation-import/pages.ts'
import { organisationsApi } from '#modules/network/organisations/api.ts'
import { bringOrganisations } from '#modules/network/organisations/demonstration.ts'
import { postEngagement, showEngagement } from '#modules/network/organisations/engagement-pages.ts'
import {
  exportOrganisations,
  newOrganisation,
  postOrganisation,
  postOrganisationDetails,
  postOrganisationEnd,
  postOrganisationResumption,
  showOrganisation,
  showOrganisationDetails,
  showOrganisations,
} from '#modules/network/organisations/pages.ts'
import {
  postShowcaseDetails,
  postShowcasePicture,
  postShowcasePictureRemoval,
  showShowcase,
  showShowcaseDetails,
  showShowcasePicture,
  showShowcases,
} from '#modules/network/organisations/showcase-pages.ts'
import { showcasesNaming } from '#modules/network/organisations/showcases.ts'
import { postActingMandate, showAccessibility, showHome, showNetwork } from '#modules/network/pages.ts'
import { peopleApi } from '#modules/network/people-api.ts'
import { peopleCommands } from '#modules/network/people-commands.ts'
import {
  exportMembers,
  newMember,
  postMember,
  postPersonDetails,
  postPersonRemoval,
  showMembers,
  showPerson,
  showPersonDetails,
} from '#modules/network/people-pages.ts'
import {
  postLogo,
  postLogoRemoval,
  postSettings,
  postVisibility,
  showAdministration,
  showLogo,
  showSettings,
  showTheme,
  showVisibility,
} from '#modules/network/settings-pages.ts'
import { networkWaiting } from '#modules/network/waiting.ts'

export const network: Module = {
  name: 'network',
  pages(app) {
    openPage(app, 'home', { GET: showHome })
    openPage(app, 'accessibility', { GET: showAccessibility })
    openPage(app, 'network', { GET: showNetwork })
    openPage(app, 'actingMandate', { POST: postActingMandate })
    openPage(app, 'theme', { GET: showTheme })
    openPage(app, 'logo', { GET: showLogo })
    openPage(app, 'administration', { GET: showAdministration })
    openPage(app, 'settings', { GET: showSettings, POST: postSettings })
    openPage(app, 'settingsVisibility', { GET: showVisibility, POST: postVisibility })
    openPage(app, 'settingsLogo', { POST: postLogo })
    openPage(app, 'settingsLogoRemoval', { POST: postLogoRemoval })
    openPage(app, 'join', { GET: showJoin, POST: postJoin })
    openPage(app, 'joinRequests', { GET: showJoinRequests })
    openPage(app, 'joinRequest', { GET: showJoinRequest })
    openPage(app, 'joinRequestAcceptance', { POST: postJoinAcceptance })
    openPage(app, 'joinRequestRefusal', { POST: postJoinRefusal })
    openPage(app, 'members', { GET: showMembers, POST: postMember })
    openPage(app, 'newMember', { GET: newMember })
    openPage(app, 'membersExport', { GET: exportMembers })
    openPage(app, 'person', { GET: showPerson })
    openPage(app, 'personDetails', { GET: showPersonDetails, POST: postPersonDetails })
    openPage(app, 'personRemoval', { POST: postPersonRemoval })
    openPage(app, 'mandates', { GET: newMandate, POST: postMandate })
    openPage(app, 'mandate', { GET: showMandate, POST: postMandateChange })
    openPage(app, 'mandateEnd', { POST: postMandateEnd })
    openPage(app, 'mandateRemoval', { POST: postMandateRemoval })
    openPage(app, 'organisations', { GET: showOrganisations, POST: postOrganisation })
    openPage(app, 'newOrganisation', { GET: newOrganisation })
    openPage(app, 'organisationsExport', { GET: exportOrganisations })
    openOrganisationImportPages(app)
    openPage(app, 'organisation', { GET: showOrganisation })
    openPage(app, 'organisationDetails', { GET: showOrganisationDetails, POST: postOrganisationDetails })
    openPage(app, 'organisationEnd', { POST: postOrganisationEnd })
    openPage(app, 'organisationResumption', { POST: postOrganisationResumption })
    openPage(app, 'showcases', { GET: showShowcases })
    openPage(app, 'showcase', { GET: showShowcase })
    openPage(app, 'showcaseDetails', { GET: showShowcaseDetails, POST: postShowcaseDetails })
    openPage(app, 'showcasePicture', { GET: showShowcasePicture, POST: postShowcasePicture })
    openPage(app, 'showcasePictureRemoval', { POST: postShowcasePictureRemoval })
    openPage(app, 'settingsEngagement', { GET: showEngagement, POST: postEngagement })
    openAffiliationPages(app)
    openPage(app, 'invitations', { GET: showInvitations, POST: postInvitations })
    openPage(app, 'newInvitation', { GET: newInvitation })
    openPage(app, 'invitationSending', { POST: postInvitationSending })
    openPage(app, 'invitationRevocation', { POST: postInvitationRevocation })
    openPage(app, 'invitation', { GET: showInvitation, POST: postAcceptance })
    openPage(app, 'invitationAccount', { POST: postInvitationAccount })
  },
  api(api) {
    networkApi(api)
    peopleApi(api)
    organisationImportApi(api)
    organisationsApi(api)
    affiliationsApi(api)
  },
  waiting: networkWaiting,
  async personalData(trx, networkId, accountId) {
    return {
      showcases: await showcasesNaming(trx, networkId, accountId),
      organisationImports: await importsOfAccount(trx, networkId, accountId),
    }
  },
  jobs: context => [organisationImportJob(context)],
  commands(program, terminal) {
    networkCommands(program, terminal)
    peopleCommands(program, terminal)
    organisationImportCommand(program, terminal)
    affiliationCommands(program, terminal)
  },
  async demo(context) {
    await bringAffiliations(context)
    await bringOrganisations(context)
  },
}
